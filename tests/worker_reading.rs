//! A reader's text in a worker: what crosses, who answers, and that nothing but the newest answer is heard.
#![allow(clippy::unwrap_used)]

use critical_batch::experiment::your_runs::RunFindings;
use critical_batch::experiment::your_runs::report::{Found, Report, SEED};
use critical_batch::measurements::{Column, Reason, examples};
use critical_batch::worker::bytes::Bytes;
use critical_batch::worker::dispatch::Dispatcher;
use critical_batch::worker::engine::Engine;
use critical_batch::worker::protocol::{Event, JobId, Reply, Request, decode, encode};

fn request(job: u32, text: &str) -> Request {
    Request::Read {
        job: JobId(job),
        text: Bytes(text.as_bytes().to_vec()),
    }
}

/// What a worker answers, through the messages' own encoding.
fn answer(engine: &mut Engine, request: &Request) -> Reply {
    let events = engine.handle(decode(&encode(request)).unwrap());
    decode(&encode(&engine.reply(events))).unwrap()
}

#[test]
fn a_text_crosses_as_it_is_and_comes_back_as_findings() {
    let mut engine = Engine::new(|| 0.0);
    let text = examples::SYNTHETIC.to_owned() + "512,fast,3,100\n";
    let message = encode(&request(1, &text));
    assert!(message.len() < text.len() + 16, "the text is sent as it is");
    let reply = answer(&mut engine, &request(1, &text));
    let [Event::Read { job, report }] = &reply.events[..] else {
        panic!("{reply:?}");
    };
    assert_eq!(*job, JobId(1));
    assert_eq!(**report, Report::of(text.as_bytes()));
    assert_eq!((report.n_rows, report.n_bad), (240, 1));
    assert!(
        matches!(&report.bad[0].reason, Reason::NotANumber { column: Column::LearningRate, value } if value == "fast")
    );
    let Found::Ridge(ridge) = &report.found else {
        panic!("{report:?}");
    };
    let critical = RunFindings::of(ridge.clone(), 1.0, SEED)
        .critical_batch()
        .unwrap();
    assert!((critical.low..=critical.high).contains(&96.0));
    assert!(!engine.has_work());
    let not_utf8 = Request::Read {
        job: JobId(2),
        text: Bytes(vec![0xff, 0xfe, b'a', 0, 0xff]),
    };
    assert_eq!(decode::<Request>(&encode(&not_utf8)), Some(not_utf8));
}

#[test]
fn an_older_text_is_not_read_again() {
    let mut engine = Engine::new(|| 0.0);
    assert_eq!(answer(&mut engine, &request(5, "")).events.len(), 1);
    assert_eq!(answer(&mut engine, &request(5, "")).events, []);
    assert_eq!(answer(&mut engine, &request(4, "")).events, []);
    let norms = answer(&mut engine, &request(6, "step,grad_norm\n1,2\n"));
    assert!(
        matches!(&norms.events[0], Event::Read { report, .. } if matches!(report.found, Found::NoPairs(_)))
    );
}

#[test]
fn only_the_newest_answer_is_heard() {
    let mut dispatcher = Dispatcher::new(2);
    let mut engine = Engine::new(|| 0.0);
    let first = dispatcher.send(request(1, "batch,lr,loss\n1,1,1\n"));
    let second = dispatcher.send(request(2, ""));
    assert_eq!(first.requests.len(), 1);
    assert_eq!(second.requests, [(0, request(2, ""))]);
    assert_eq!(dispatcher.current(), Some(JobId(2)));
    let stale = answer(&mut engine, &first.requests[0].1);
    assert_eq!(dispatcher.receive(0, stale), []);
    let reply = answer(&mut engine, &second.requests[0].1);
    assert_eq!(dispatcher.receive(0, reply.clone()).len(), 1);
    assert_eq!(dispatcher.receive(0, reply), [], "an answer is heard once");
    assert_eq!(dispatcher.current(), None);
    // A cancelled one is not heard either.
    dispatcher.send(request(3, ""));
    dispatcher.send(Request::Cancel { job: JobId(3) });
    let late = answer(&mut engine, &request(3, ""));
    assert_eq!(dispatcher.receive(0, late), []);
}

#[test]
fn a_lost_worker_is_replaced_once() {
    let mut dispatcher = Dispatcher::new(1);
    dispatcher.send(request(1, "batch,lr"));
    let lost: Vec<usize> = (0..5).flat_map(|_| dispatcher.tick()).collect();
    assert_eq!(lost, [0], "silence is noticed");
    assert!(dispatcher.may_replace(0));
    assert_eq!(
        dispatcher.replaced(0).requests,
        [(0, request(1, "batch,lr"))]
    );
    assert!(!dispatcher.may_replace(0));
    let out = dispatcher.give_up(0);
    assert_eq!(out.events, [Event::Lost { job: JobId(1) }]);
    assert_eq!(dispatcher.current(), None);
    assert_eq!((0..20).flat_map(|_| dispatcher.tick()).count(), 0);
    // Where workers cannot start at all the page reads.
    dispatcher.send(request(2, "x"));
    assert_eq!(dispatcher.collapse().requests, [(0, request(2, "x"))]);
}
