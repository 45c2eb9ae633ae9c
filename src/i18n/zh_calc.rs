//! Simplified Chinese, the Calculator.

use super::{Calc, ParamText};
use crate::experiment::calculator::notice::CalcNotice;
use crate::params::defs::ParamId as P;
use crate::theory::measured::MeasuredTask;

/// Texts of a control; empty for any other panel's.
pub(super) fn param(id: P) -> ParamText {
    let (label, help, unit) = match id {
        P::Recipe => ("配方", "各字段的起点，之后可随意修改。", ""),
        P::CalcTab => (
            "单位",
            "配方以样本计；语言模型的规律以词元计，两者分开。",
            "",
        ),
        P::RecipeOptimizer => ("优化器", "决定惯用哪条规则，以及哪些超参数随之改变。", ""),
        P::RecipeBatch => (
            "基准批量 B₀",
            "配方的总批量：所有设备与累积的微批合计。",
            "",
        ),
        P::RecipeLr => (
            "基准学习率 η₀",
            "在基准批量上调好的学习率；任何规则都继承它的误差。",
            "",
        ),
        P::RecipeUnit => ("批量单位", "此配方的批量大小以什么计数。", ""),
        P::RecipeWarmup => (
            "预热",
            "基准批量下的预热长度；换批量后经过同样多的样本。",
            "",
        ),
        P::RecipeLength => (
            "训练长度",
            "基准批量下的长度；新的训练处理同样多的样本。",
            "",
        ),
        P::LengthUnit => ("长度单位", "预热与训练以什么计数。", ""),
        P::RecipeDecayKind => (
            "衰减",
            "预热之后学习率如何下降：余弦降到零，或在训练的 ⅓、⅔、8⁄9 处各降为十分之一，即 Goyal 的 90 轮中的第 30、60、80 轮。代码会带上它。",
            "",
        ),
        P::HasData => ("数据集", "大小是否已知；以轮计数需要它。", ""),
        P::DataSize => ("数据集大小 N", "一轮中的样本数。", ""),
        P::RecipeMomentum => (
            "动量 μ",
            "任何规则下都不变。按 PyTorch 的形式，等效学习率为 η/(1 − μ)。",
            "",
        ),
        P::RecipeDampening => ("阻尼", "PyTorch 动量缓冲区的阻尼。", ""),
        P::RecipeBeta1 => ("β₁", "Adam 一阶矩的衰减系数。", ""),
        P::RecipeBeta2 => ("β₂", "Adam 二阶矩的衰减系数。", ""),
        P::RecipeEps => ("ε", "开方之后加到 Adam 分母上的常数。", ""),
        P::RecipeDecay => ("权重衰减 λ", "与 PyTorch 一致：每一步乘以学习率。", ""),
        P::TotalBatch => ("总批量 B", "希望的每个优化器步的样本数。", ""),
        P::MicroBatch => (
            "每设备 m",
            "单个设备一次处理的样本数，受其内存限制；此处不作猜测。",
            "",
        ),
        P::Devices => ("设备 n", "每个节点的设备数。", ""),
        P::Nodes => ("节点", "一起训练的机器数。", ""),
        P::AccumSteps => ("累积 k", "一步之前累加梯度的微批数。", ""),
        P::Locked => ("保持", "求解其余因子时保持不变的因子。", ""),
        P::Reduction => ("损失归约方式", "损失是批内平均还是求和。", ""),
        P::DividesLoss => ("损失 ÷ k", "训练循环是否把微批损失除以累积步数。", ""),
        P::Uneven => ("微批不均", "各微批的词元数是否不同。", ""),
        P::BatchNorm => ("批归一化", "网络中是否使用。", ""),
        P::CriticalKnowledge => ("B_crit", "对临界批量大小的了解。", ""),
        P::ExportRule => (
            "代码采用的规则",
            "代码中采用哪条规则的学习率；平方根规则下 Adam 的 β₁、β₂ 与 ε 在可行时随之改变。",
            "",
        ),
        P::CriticalLow => ("B_crit 下限", "以配方的单位计。", ""),
        P::CriticalHigh => ("B_crit 上限", "以配方的单位计。", ""),
        P::LlmParams => ("参数量 N", "不含嵌入层。", ""),
        P::LlmTokens => ("训练词元 D", "整次训练的词元数。", "词元"),
        P::LlmBaseTokens => ("基准词元 D₀", "要延长或缩短的训练的词元数。", "词元"),
        P::LlmCompute => ("计算量 C", "不含嵌入层的浮点运算次数。", "FLOPs"),
        P::LlmLoss => ("损失 L", "每个词元的纳特数。", "nat"),
        _ => ("", "", ""),
    };
    ParamText { label, help, unit }
}

/// Names of a control's choices.
pub(super) fn choices(id: P) -> &'static [&'static str] {
    match id {
        P::Recipe => &[
            "ImageNet ResNet-50，256 → 512",
            "ImageNet ResNet-50，256 → 8192",
            "Transformer，4096 → 8192",
            "自定义",
        ],
        P::CalcTab => &["配方", "语言模型（词元）"],
        P::RecipeOptimizer => &["SGD", "动量", "Adam", "AdamW"],
        P::RecipeUnit => &["样本", "序列", "词元", "如配方所述"],
        P::LengthUnit => &["B₀ 下的步", "轮"],
        P::RecipeDecayKind => &["无", "余弦", "阶梯"],
        P::HasData => &["大小未知", "大小已知"],
        P::Locked => &["m", "n", "节点", "k"],
        P::Reduction => &["平均", "求和"],
        P::DividesLoss | P::Uneven | P::BatchNorm => &["否", "是"],
        P::ExportRule => &["不缩放", "平方根", "线性", "噪声尺度最优"],
        P::CriticalKnowledge => &["未知", "已知", "一个范围"],
        _ => &[],
    }
}

pub(super) const CALC: Calc = Calc {
    question: "我有这份配方和这些硬件，该填什么？",
    hint: "不向任何地方发送数据，也不猜测显存。",
    recipe: "配方",
    hardware: "硬件",
    assumptions: "假设",
    reset: "恢复为配方",
    source: "来源",
    devices_changed: "GPU 数变了：保持 B",
    out_of_memory: "显存不足：改用累积",
    result: "应填的值",
    column_rule: "规则",
    column_lr: "B 处的 η",
    column_decay: "λ",
    rest_known: "，介于平方根与“线性、噪声尺度最优”中较小者之间",
    rest_unknown: "，介于平方根与线性之间，因为 B_crit 未知",
    rest_shrinks: "，从线性到平方根：批量变小，学习率也应变小，其中线性规则降得最多",
    optimum_above: |lr| {
        format!("。噪声尺度最优 {lr} 在此区间之上：超过 B_crit 时，批量变小几乎不需要降低学习率。")
    },
    usual: [" ◀ SGD 的惯用规则", " ◀ Adam 的惯用规则"],
    measure_runs: "在你的训练上测量 →",
    measure_sweep: "在“扫描”中测量 →",
    code_carries: |rule, lr| format!("代码采用 η = {lr}（{rule}）。"),
    code_warmup: |start, steps| format!("其预热从 {start} 起，共 {steps} 步。"),
    code_falls_back: "B_crit 未知，因此没有可采用的噪声尺度最优值。",
    code_missing: "这些因子不能构成 B，学习率将对应另一个批量。请采用一个建议，或修改 B。",
    kappa_title: "平方根规则下 Adam 的其他参数",
    lengths_title: "同样多样本所需的步数",
    column_what: "项目",
    column_base: "B₀ 处",
    column_new: "B 处",
    row_warmup: "预热步数",
    row_warmup_examples: "预热处理量",
    row_total: "总步数",
    row_epoch: "每轮步数",
    costs_title: "预期代价",
    column_critical: "若 B_crit 为",
    column_steps: "步数 ÷ 最少，B₀ → B",
    column_examples: "样本数 ÷ 最少，B₀ → B",
    notices_title: "注意事项",
    outcomes_title: "已发表训练的结果",
    column_batch: "B",
    column_warmup: "预热",
    column_error: "top-1 错误率，5 次训练的均值 ± 标准差",
    tasks_title: "各任务的位置",
    tasks_note: "临界批量与噪声尺度，各以自己的单位计；训练中会增大。",
    column_task: "任务",
    column_unit: "单位",
    column_critical_early: "B_crit，初期",
    column_critical_end: "B_crit，末期",
    column_simple_early: "B_simple，初期",
    column_simple_average: "B_simple，平均",
    absent: "未测量",
    show_on_curves: "在“曲线”中查看",
    llm_title: "已发表的规律，以词元计",
    llm_note: "每条规律都基于各自的模型与数据，彼此并不一致；一次独立的 1800 次训练扫描未能重现 Step Law 的 D 指数。它们都不说明如何改动已有配方：那请用另一页的规则，并全部以词元计。",
    column_law: "规律",
    column_peak: "峰值 η",
    column_tokens: "批量（词元）",
    law_deepseek: "DeepSeek，由 C",
    law_step: "Step Law，由 N 与 D",
    law_kaplan: "Kaplan，损失 L 处的 B_crit",
    lines_title: "Power Lines：D₀ 变为 D 时",
    lines_optimal: "最佳批量",
    lines_critical: "临界批量",
    lines_timescale: "AdamW 时间尺度 B/(ηλD)",
    rules: [
        "不缩放",
        "平方根",
        "线性",
        "噪声尺度最优，B_crit 下限",
        "噪声尺度最优，B_crit 上限",
    ],
    preset_notes: [
        "每 GPU 32 张图像，动量 0.9（原文用 Nesterov 动量，并称标准动量同样有效），权重衰减 1e-4，90 轮，其中 5 轮预热，自第 30、60、80 轮起各降为十分之一。ImageNet 的 B_crit：训练初期 1000，末期 15000。",
        "与 512 的配方相同；8192 的已发表训练列于下方。ImageNet 的 B_crit：训练初期 1000，末期 15000。",
        "文章未说明单位、优化器设置与长度：β 与 ε 取 PyTorch 默认值，预热与长度为整数，请换成你自己的。",
        "没有已发表的数值：各字段保持原样。",
    ],
    warmups: ["无", "恒定，然后直接升至全速", "逐渐，5 轮", "未说明"],
    units: ["样本", "词元", "帧", "如原文"],
    product: |product, batch| format!("m · n · 节点 · k = {product}；B = {batch}"),
    offer: |factors, total| format!("{factors} = {total}"),
    batch_line: |base, batch, ratio| format!("{base} → {batch}，κ = {ratio}"),
    suggestion: |low, high| format!("η 介于 {low} 与 {high} 之间"),
    kappa_fails: |min, max| format!("没有有效的 β₁、β₂：此规则要求 κ 大于 {min} 且小于 {max}。"),
    half_life: |beta2, life| {
        format!("β₂ = {beta2} 在任意 κ 下保持半衰期 {life}（Marek et al. 2025）。")
    },
    at_least: |v| format!("大于 {v}"),
    between: |low, high| format!("{low} … {high}"),
    grows: |factor, exponent| format!("×{factor} = (D/D₀)^{exponent}"),
    notice,
    task,
};

fn notice(notice: CalcNotice, n: fn(f64) -> String) -> String {
    use CalcNotice as N;
    match notice {
        N::NoChange => "B 等于 B₀：所有规则都给出 η₀。".to_owned(),
        N::FactorsDiffer { product, batch } => format!(
            "这些因子构成 {}，而不是 B = {}。请采用一个建议，或修改 B。",
            n(product),
            n(batch)
        ),
        N::SumReduction { ratio } => format!(
            "求和的损失本身随 B 增大，此处 ×{}：上表 SGD 的学习率已除以该倍数，因此 η₀ 不变即为线性规则。Adam 会约去这一因子（ε 除外）。DDP 在设备间取平均，那时求和只随 m·k 增大。",
            n(ratio)
        ),
        N::LossNotDivided { accum_steps } => format!(
            "每个微批的损失应除以 {k}：否则梯度放大 {k} 倍，如同放大了 η。",
            k = n(accum_steps)
        ),
        N::UnevenMicroBatches => {
            "按词元数加权微批，Σ nⱼgⱼ ÷ Σ nⱼ：各微批均值的均值并不是词元的均值。".to_owned()
        }
        N::BatchNormSeesMicroBatch { micro_batch } => format!(
            "批归一化看到的是单个设备的 {} 个样本，而不是 B。比较时保持 m 不变，否则损失本身会改变。",
            n(micro_batch)
        ),
        N::DdpAverages { n_devices } => format!(
            "DDP 会自行对 {} 个设备的梯度取平均：使用平均损失时只除以累积步数，不要再除以设备数。",
            n(n_devices)
        ),
        N::LastPartialBatch {
            left,
            n_full,
            accum_steps,
        } if accum_steps > 1.0 => format!(
            "每轮最后一批只有 {} 个样本，累积窗口提前结束：{} 个完整微批，共需 {} 个。请按实有样本数平均后走一步，或丢弃并清零梯度，不要并入下一轮。",
            n(left),
            n(n_full),
            n(accum_steps)
        ),
        N::LastPartialBatch { left, .. } => format!(
            "每轮最后一批只有 {} 个样本。照样走一步或丢弃，但不要并入下一轮。",
            n(left)
        ),
        N::BatchAboveData { batch, data_size } => format!(
            "B = {} 超过数据集的 {} 个样本：每轮一步，没有噪声。",
            n(batch),
            n(data_size)
        ),
        N::SmallBatch { batch } => format!(
            "B = {} 很小：宜降低 η 而不是累积，单设备上累积只会费时。保持 β₂ 的半衰期。",
            n(batch)
        ),
        N::KappaBeyondAdam {
            ratio,
            min,
            max,
            is_first,
        } => format!(
            "κ = {}，而 Adam 的平方根规则仅适用于 κ 大于 {} 且小于 {}：{} 会{}。请分几步改变批量，或保持 β₁ 并按半衰期调整 β₂。",
            n(ratio),
            n(min),
            n(max),
            if is_first { "β₁" } else { "β₂" },
            if ratio < 1.0 { "变为 1" } else { "降到 0" }
        ),
        N::FixedDampening { dampening } => format!(
            "阻尼 {} 在任何批量下都以同一因子缩小梯度；等效学习率为 η(1 − τ)/(1 − μ)。",
            n(dampening)
        ),
        N::CriticalUnknown => {
            "B_crit 未知，无法说明规则在何处失效。请在“扫描”或你自己的训练上测量。".to_owned()
        }
        N::PublishedOutside { lr, error_percent } => format!(
            "已发表的训练在此 B 下以 η = {} 最好（错误率 {} %），在此区间之外：在预热与 90 轮训练之下，单步曲线只是参考，不是界限。",
            n(lr),
            n(error_percent)
        ),
        N::BeyondCritical { batch, critical } => format!(
            "B = {} 超过 B_crit = {}：步数几乎不再减少，样本数却增加。",
            n(batch),
            n(critical)
        ),
    }
}

const fn task(task: MeasuredTask) -> &'static str {
    use MeasuredTask as T;
    match task {
        T::Mnist => "MNIST，SGD",
        T::Svhn => "SVHN，SGD",
        T::Cifar10 => "CIFAR10，动量",
        T::ImageNet => "ImageNet，动量",
        T::SvhnAutoencoder => "SVHN 自编码器",
        T::SvhnVae => "SVHN 变分自编码器",
        T::BillionWord => "Billion Word，LSTM",
        T::Atari => "Atari，A2C",
        T::Dota1v1 => "Dota，1 对 1",
        T::Dota5v5 => "Dota，5 对 5",
    }
}
