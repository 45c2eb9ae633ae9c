//! Simplified Chinese, the panel Your runs.

use super::ParamText;
use super::runs::Runs;
use crate::experiment::sweep::column::Edge;
use crate::experiment::your_runs::curves::NotForCurves;
use crate::experiment::your_runs::{Doubt, Fitted};
use crate::measurements::{Column, Counted, Reason, Unit};
use crate::units::{Grouping, format_sig};

fn number(value: f64) -> String {
    format_sig(value, 6, Grouping::None)
}

const COLUMNS: [&str; 12] = [
    "批量大小",
    "学习率",
    "结果",
    "随机种子",
    "单位",
    "状态",
    "较小的批量",
    "较大的批量",
    "较小批量的梯度范数",
    "较大批量的梯度范数",
    "梯度范数",
    "步数",
];

fn column(column: Column) -> &'static str {
    COLUMNS[column as usize]
}

/// So many batch sizes, the first of them by name.
fn at(n: usize, batch: u32) -> String {
    if n == 1 {
        format!("批量为 {batch} 时")
    } else {
        format!("在 {n} 种批量（如 {batch}）下")
    }
}

fn these(n: usize) -> &'static str {
    if n == 1 { "该批量" } else { "这些批量" }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Unstated | Unit::Examples => "样本",
        Unit::Sequences => "序列",
        Unit::Tokens => "词元",
    }
}

pub(super) const OPTIMIZER: ParamText = ParamText {
    label: "这些训练所用的优化器",
    help: "决定最佳学习率的弯曲方式：ε(B) = ε_max/(1 + B_noise/B)^α。SGD（有无动量都算）取 α = 1；Adam 一类取 α = 0.75，即已有测量结果的中间值（arXiv:1812.06162，附录 A.2）。",
    unit: "",
};
pub(super) const OPTIMIZERS: &[&str] = &["SGD", "Adam"];
pub(super) const ASKED_BATCH: ParamText = ParamText {
    label: "想使用的批量大小",
    help: "由拟合曲线给出对应的学习率及其区间。单位与数据中的批量相同。",
    unit: "",
};

pub(super) const RUNS: Runs = Runs {
    question: "我用几种批量训练过自己的模型：它的临界批量是多少？该用多大的学习率？",
    hint: "粘贴训练结果的表格：批量大小、学习率，以及达到目标的步数或最终损失。两种批量下的梯度范数也可以。",
    paste: "你的测量数据",
    placeholder: "batch_size,lr,seed,steps_to_target\n8,0.05,0,4100\n8,0.1,0,2300",
    drop: "也可以把文件拖到这里：CSV、TSV 或 JSON，W&B、TensorBoard 和 Ray Tune 导出的文件也能读。",
    choose: "选择文件",
    clear: "清空",
    examples: "示例",
    example_names: ["已知答案", "Digits，PyTorch 训练", "MNIST，已发表"],
    grid: "手动输入",
    grid_help: "每行一次训练，可以使用小数逗号。这里填写的内容会替换上面的文本。",
    add_row: "添加一行",
    kept_here: "所有数据只留在这个浏览器里。",
    kinds: [
        (
            "训练结果",
            "至少四种批量，每种批量试几个学习率，目标都相同。发散的训练请把结果留空。也可以用最终损失，但那样只能得到学习率。有几个随机种子，区间才可信。",
        ),
        (
            "最佳学习率",
            "如果已经找到，每种批量一行；知道步数的话一并写上。",
        ),
        (
            "梯度范数",
            "同一步上两种批量的范数，步数越多越好：可以一行写一对，也可以一行写一个。由此得到噪声尺度。",
        ),
    ],
    reading: "正在读取…",
    lost: "无法读取：工作线程两次中断或无法获取。请重试，或减少行数。",
    too_large: |size, most| format!("文件有 {size} MB，最多读取 {most} MB。"),
    rows: |good, bad| format!("采用 {good} 行，略去 {bad} 行"),
    columns: COLUMNS,
    used: |column, name| format!("{column}：“{name}”"),
    unit,
    bad_title: |n| format!("略去的行（{n}）"),
    bad_row: |counted, line, column, why| match counted {
        Counted::Fields => format!("第 {line} 行第 {column} 列：{why}"),
        Counted::Characters => format!("第 {line} 行第 {column} 个字符：{why}"),
    },
    more_bad: |n| format!("还有 {n} 行"),
    reason: |reason| match reason {
        Reason::Empty => "没有任何数据行。".to_owned(),
        Reason::NoHeader => {
            "只有数字，看不出各列的含义。请在上面加一行列名：batch_size,lr,steps_to_target"
                .to_owned()
        }
        Reason::UnknownHeader { name } => {
            format!("没有认识的列名，第一列叫“{name}”。可用的列名如 batch_size、lr、loss。")
        }
        Reason::MissingColumn { column: c } => format!("缺少一列：{}。", column(*c)),
        Reason::PerDevice { name } => format!(
            "“{name}”是单个设备上的批量大小。需要一列总批量：每设备批量 × 设备数 × 累积步数。"
        ),
        Reason::DuplicateHeader { name } => {
            format!("“{name}”与前面的某一列含义相同，采用前面那一列。")
        }
        Reason::MixedUnits { found, expected } => format!(
            "以{}计，而其他的以{}计。拟合需要统一的单位。",
            unit(*found),
            unit(*expected)
        ),
        Reason::UnknownUnit { value } => {
            format!("不认识单位“{value}”，可用的是 examples、sequences 和 tokens。")
        }
        Reason::TooFewFields { found, expected } => {
            format!("只有 {found} 个字段，应有 {expected} 个。")
        }
        Reason::TooManyFields { found, expected } => {
            format!("有 {found} 个字段，应有 {expected} 个。")
        }
        Reason::UnclosedQuote => "引号没有闭合。".to_owned(),
        Reason::Missing { column: c } => format!("没有{}。", column(*c)),
        Reason::NotANumber { column: c, value } => {
            format!("“{value}”不是数字，{}必须是数字。", column(*c))
        }
        Reason::AmbiguousComma { column: c, value } => format!(
            "“{value}”（{}）里的逗号可能是千位分隔符，也可能是小数点，请不要用逗号。",
            column(*c)
        ),
        Reason::NotText { column: c } => {
            format!("{}含有无法识别的字节，请把文件存为 UTF-8。", column(*c))
        }
        Reason::NotWhole { column: c, value } => {
            format!("{}必须是整数，而不是 {}。", column(*c), number(*value))
        }
        Reason::NotPositive { column: c, value } => {
            format!("{}必须大于 0，而不是 {}。", column(*c), number(*value))
        }
        Reason::OutOfRange {
            column: c,
            value,
            min,
            max,
        } => format!(
            "{} {} 超出范围 {} … {}。",
            column(*c),
            number(*value),
            number(*min),
            number(*max)
        ),
        Reason::BatchesNotIncreasing { small, big } => {
            format!("较大的批量（{big}）必须大于较小的批量（{small}）。")
        }
        Reason::Unfinished { state } => {
            format!("该训练的状态是“{state}”，损失不是最终值。")
        }
        Reason::RepeatedRun { first_line } => {
            format!("批量大小、学习率和随机种子都与第 {first_line} 行相同。")
        }
        Reason::NotJson => "从这里起不再是 JSON。".to_owned(),
        Reason::NotARow => "每一行应当是一个对象 { … }。".to_owned(),
    },
    doubt: |doubt| match doubt {
        Doubt::TooFewBatches { n_usable } => {
            format!("拟合至少需要 4 种批量的最佳学习率，现在只知道 {n_usable} 种。")
        }
        Doubt::TooManyBatches { n } => {
            format!("有 {n} 种不同的批量，这一列恐怕不是批量大小。最多拟合 64 种。")
        }
        Doubt::Untuned => {
            "每种批量只用了一个学习率：没有调过，所以测到的既是批量的影响，也是学习率的影响。"
                .to_owned()
        }
        Doubt::AtEdge { n, batch, edge } => {
            let (side, way) = match edge {
                Edge::Low => ("最小", "更小"),
                Edge::High => ("最大", "更大"),
            };
            format!(
                "{}，最佳学习率就是试过的{side}值。请在那里再试{way}的学习率；{}不参与拟合。",
                at(*n, *batch),
                these(*n)
            )
        }
        Doubt::WithoutResult { n, batch } => format!(
            "{}，有随机种子在任何学习率下都没有结果；{}不参与拟合。",
            at(*n, *batch),
            these(*n)
        ),
        Doubt::NotMonotone {
            what,
            from,
            to,
            factor,
        } => {
            let factor = format_sig(*factor, 2, Grouping::None);
            match what {
                Fitted::Steps => format!(
                    "批量从 {from} 增到 {to} 时步数变为 {factor} 倍，而按模型应当减少。批量 {to} 的学习率调过吗？"
                ),
                Fitted::LearningRate => format!(
                    "批量从 {from} 增到 {to} 时最佳学习率变为 1/{factor}，而按 SGD 的模型应当增大；用 Adam 时可能减小。"
                ),
            }
        }
        Doubt::Inconclusive(Fitted::Steps) => {
            "尚无定论：在这些批量上步数曲线弯得太少，看不出弯在哪里。".to_owned()
        }
        Doubt::Inconclusive(Fitted::LearningRate) => {
            "在这些批量上最佳学习率弯得太少，得不出噪声尺度。".to_owned()
        }
        Doubt::NeedsSteps => {
            "最终损失能看出最佳学习率；要得到临界批量，需要达到同一目标的步数。".to_owned()
        }
    },
    steps_title: "各批量的最少步数",
    loss_title: "各批量的最低损失",
    lr_title: "各批量的最佳学习率",
    batch_axis: |unit| match unit {
        Unit::Unstated | Unit::Examples => "批量大小 B（样本数）",
        Unit::Sequences => "批量大小 B（序列数）",
        Unit::Tokens => "批量大小 B（词元数）",
    },
    steps_axis: "达到目标的步数",
    loss_axis: "损失",
    chart_description: "各批量的最佳值及其在随机种子之间的范围，以及拟合的曲线。",
    legend: [
        "各批量的最佳值及其在种子间的范围",
        "不参与拟合",
        "拟合曲线",
        "弯曲之处的 95% 区间",
    ],
    measured: "测量值",
    table_caption: "图中各点的数据",
    column_own_lr: "η（未调过）",
    column_steps: "达到目标的步数（种子间范围）",
    column_loss: "损失（种子间范围）",
    column_consumed: |unit| match unit {
        Unit::Unstated | Unit::Examples => "达到目标的样本数",
        Unit::Sequences => "达到目标的序列数",
        Unit::Tokens => "达到目标的词元数",
    },
    column_fitted_steps: "拟合步数",
    column_fitted_lr: "拟合 η",
    column_seeds: "种子数",
    critical_batch: "临界批量 B_crit",
    e_min: "E_min（最少数据量）",
    exponent: "η* ∝ Bᵖ 的指数 p",
    recommended: |batch, lr, low, high| {
        format!("批量为 {batch} 时建议用 η ≈ {lr}（{low} … {high}）。")
    },
    is_outside: "这个批量不在测量范围之内，只是把曲线延长了。",
    no_recommendation: "根据这些测量无法推荐学习率。",
    use_in_curves: "在“曲线”中使用",
    for_curves: |critical, n| match n {
        "0" => format!("“曲线”将以 {critical} 为临界批量。"),
        _ => format!("“曲线”将以 {critical} 为临界批量，并画出 {n} 个最佳学习率。"),
    },
    not_for_curves: |why| match *why {
        NotForCurves::Untuned => "无法用于“曲线”：学习率没有调过，不知道最佳值。".to_owned(),
        NotForCurves::Inconclusive => "无法用于“曲线”：临界批量和噪声尺度都还没有定论。".to_owned(),
        NotForCurves::Tokens => "无法用于“曲线”：这些批量以词元计，而“曲线”以样本计。".to_owned(),
        NotForCurves::BatchOutOfRange { batch, min, max } => format!(
            "无法用于“曲线”：批量 {} 超出其范围 {} … {}。",
            number(batch),
            number(min),
            number(max)
        ),
        NotForCurves::LrOutOfRange { lr, min, max } => format!(
            "无法用于“曲线”：学习率 {} 超出其范围 {} … {}。",
            number(lr),
            number(min),
            number(max)
        ),
    },
    rules: "各规则（取最合适的基准）与最佳学习率的差距：",
    no_scaling: "不缩放",
    theory: "噪声尺度规则（按拟合值）",
    agrees: |rule, factor| format!("{rule}：相差不超过 {factor} 倍"),
    noise_scale: "噪声尺度 B_simple",
    grad_norm_sq: "修正后的 |G|²",
    raw_norm_sq: "较大批量下未修正的 |g|²",
    noise_trace: "tr(Σ)",
    pairs: |n| format!("由 {n} 对梯度范数得出，是平均值之比。"),
    blank: |n| format!("{n} 行没有梯度范数，已跳过。"),
    blank_lr: |n| format!("{n} 种批量没有最佳学习率，已跳过。"),
    gradient_hidden: "噪声盖过了梯度：平均来看，较大批量并没有显示出更多信号。需要更多步数或更大的批量，在此之前不给出数值。",
    noise_hidden: "看不出噪声：较小批量的范数并不比较大批量的大。两列是否颠倒了？",
    unbounded: "没有上界",
    one_batch_size: "只有一种批量的梯度范数。这样的范数是 |G|² + tr(Σ)/B，两者无法分开；请记录同一步上两种批量的范数。",
    no_common_step: "有几种批量的梯度范数，但没有任何一步同时有两种。",
};
