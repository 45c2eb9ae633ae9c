// Keeps one worker per contender, for the driver to talk to.
"use strict";
const workers = new Map();

function hear(worker) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data.answer));
    worker.onerror = event => reject(new Error(event.message || "the worker's script did not load"));
  });
}

/** Starts a worker; answers when it is ready. */
function start({ id, script }) {
  const worker = new Worker(script, { type: "module" });
  workers.set(id, worker);
  return hear(worker);
}

/** Hands a request to a worker; one at a time. */
function ask({ id, request }) {
  const worker = workers.get(id);
  const answer = hear(worker);
  worker.postMessage(request);
  return answer;
}
