//! 简体中文，噪声面板。

use super::{Noise, ParamText};

const fn t(label: &'static str, help: &'static str, unit: &'static str) -> ParamText {
    ParamText { label, help, unit }
}

pub(super) const BATCH: ParamText = t(
    "批量 B",
    "每一步对多少个样本的梯度取平均。样本数变为四倍，扇形半径减半。",
    "个样本",
);
pub(super) const NOISE: ParamText = t(
    "噪声 σ",
    "单个样本之间的分歧有多大；单样本梯度的协方差为 σ²H。",
    "",
);
pub(super) const RATIO: ParamText = t(
    "曲率比 κ",
    "陡峭方向与平缓方向的曲率之比；陡峭方向的曲率为 1。",
    "",
);
pub(super) const X: ParamText = t("位置 w₁", "沿平缓方向的位置。", "");
pub(super) const Y: ParamText = t("位置 w₂", "沿陡峭方向的位置。", "");
pub(super) const FOLLOW: ParamText = t(
    "训练进度",
    "从你放置的位置出发，以很小的步子下降了多远。梯度变小，而噪声不变。",
    "%",
);
pub(super) const LR: ParamText = t(
    "你的学习率",
    "抛物线上的 ◆。超过最佳值的两倍后，损失预期会上升。",
    "",
);
pub(super) const SAMPLES: ParamText = t("抽取批次数 K", "扇形中显示多少个批次梯度。", "");
pub(super) const SMALL: ParamText = t(
    "小批量",
    "比较两种批量的梯度范数，这是其中较小的一个。",
    "个样本",
);
pub(super) const BIG: ParamText = t(
    "大批量",
    "较大的一个。只有信号不被它的噪声淹没，才估计得出来。",
    "个样本",
);
pub(super) const ROUNDS: ParamText = t("轮数", "抽样的次数；每轮为估计增加 64 对批次。", "");
pub(super) const OPTIMIZER: ParamText = t(
    "优化器",
    "普通 SGD，或除学习率外都取 PyTorch 默认值的 Adam。",
    "",
);
pub(super) const DIGITS_LR: ParamText = t(
    "学习率 η",
    "全程不变。应在调好的学习率下测量：学习率过小会使噪声尺度偏大。",
    "",
);
pub(super) const PART: ParamText = t(
    "单卡批量 m",
    "批次中每一份的样本数；各份的梯度范数就是小批量的范数。",
    "个样本",
);
pub(super) const PARTS: ParamText = t(
    "份数 n",
    "每个批次分成几份，相当于 n 张卡或 n 个累积步。B = n·m。",
    "",
);
pub(super) const STEPS: ParamText = t("步数", "这次训练的长度。", "步");

pub(super) const OPTIMIZERS: &[&str] = &["SGD", "Adam"];

pub(super) const NOISE_PANEL: Noise = Noise {
    question: "为什么会有临界批量？",
    hint: "拖动图中的点，或改变批量：批次梯度的扇形收窄，而最佳步长不再增长。",
    pictures: "图",
    fan_tab: "扇形",
    fan_title: "各批次会走的一步",
    fan_note: |k| format!("{k} 个批次 · 粗线：真实梯度 · 虚线：一个标准差"),
    fan_description: "两个参数的损失等高线、点 w 以及批次梯度的扇形。",
    fan_radius: |radius, share| format!("扇形半径 {radius} = {share} |G|"),
    fan_radius_bare: |radius| format!("扇形半径 {radius}"),
    minimum: "最小值",
    handle_x: "点 w，沿 w₁",
    handle_y: "点 w，沿 w₂",
    parabola_title: "损失的预期变化",
    parabola_tab: "抛物线",
    parabola_description: "一步之后损失的预期变化，随学习率而变。",
    lr_axis: "学习率 η",
    handle_lr: "你的学习率",
    best: |lr| format!("● 最佳 {lr}"),
    yours: |lr, share| format!("◆ 你的 {lr}：最佳进展的 {share} %"),
    yours_rises: |lr| format!("◆ 你的 {lr}：损失预期会上升"),
    best_title: "每个批量的最佳学习率",
    best_description: "最佳学习率随批量的变化。",
    best_name: "最佳 η",
    slope_name: "斜率",
    regimes: ["噪声主导", "曲率主导"],
    slope: |slope, regime| format!("此处斜率 {slope}：{regime}"),
    radius_mark: "此处扇形半径 = |G|",
    exact_simple: "B_simple = tr(Σ)/|G|²",
    exact_noise: "B_noise = tr(HΣ)/GᵀHG",
    estimated_pairs: "B_simple 的估计",
    pairs: |n| format!("来自 {n} 对批次"),
    hidden: "信号低于噪声：请平均更多样本。",
    no_noise: "这些样本中看不到噪声。",
    unbounded: "纯噪声：B_noise 没有上界。",
    quiet: "没有噪声：任何批量都走同样的一步。",
    not_increasing: |small, big| format!("大批量 {big} 必须大于小批量 {small}。"),
    sample_again: "重新抽样",
    follow: "跟随训练",
    follow_stop: "停止",
    use_in_curves: "在曲线中使用 B_noise",
    why_curves: "曲线面板以 B_noise 代替 B_crit。前者读自某一点的梯度，后者读自整次训练的步数，两者可能相差十倍。",
    use_estimate: "在曲线中使用此 B_simple",
    why_estimate: "曲线面板以它代替 B_crit，并以本次训练的批量与学习率为基准。由步数测得的临界批量可能与之相差十倍。",
    section_point: "点 w",
    section_estimator: "估计器",
    digits_title: "在真实数字上，边训练边测量",
    digits_hint: "训练任务只看得到自己的批次。单卡批量与总批量这两种大小，就足以估计 B_simple；这里还用每个样本的梯度算出真实值作对照。",
    ready: |batch, steps| format!("B = {batch}，{steps} 步"),
    running: |step, steps| format!("第 {step} 步，共 {steps} 步"),
    done: |steps| format!("完成 · {steps} 步"),
    announce_done: "测量已完成。",
    scale_title: "噪声尺度 B_simple",
    single_step: "单步精确值",
    scale_note: "估计值平均了约 100 步，精确平均也是如此。色带包含 95 % 的分块重抽样结果；空缺表示信号被噪声掩盖。",
    sign_note: "B_ℓ1 = ‖σ‖₁²/‖G‖₁²，符号下降的噪声尺度，Adam 与之相近。",
    scale_description: "噪声尺度随步数的变化：估计值与精确值。",
    norm_title: "梯度范数的平方",
    norm_note: "原始范数包含 tr(Σ)/B。即使梯度不变，它也随批量而变，因此几乎不能说明信号的大小。",
    norm_description: "梯度范数的平方随步数的变化：原始、校正与精确值。",
    raw: "原始",
    corrected: "校正后",
    exact_average: "精确平均",
    estimated: "估计",
    raw_factor: |factor| format!("精确平均的 {factor} 倍"),
    raw_name: "原始 |g_B|²",
    scale_name: "最新 B_simple：估计",
    exact_name: "最新 B_simple：精确平均",
    sign_name: "最后一个检查点的 B_ℓ1",
    after_warm_up: "100 步之后才有第一个估计。",
    step_column: "步",
    table_caption: "各检查点的精确值与估计值",
    why: "前提",
    assumptions: &[
        (
            "一步",
            "E[ΔL] = −η|G|² + ½η²(GᵀHG + tr(HΣ)/B)：只看一步的二阶近似，在这个二次型上是精确的；不涉及泛化。",
            "McCandlish 等 2018，arXiv:1812.06162，第 2.2 节",
        ),
        (
            "两种批量",
            "由两个范数可无偏地估计 |G|² 与 tr(Σ)；相除的是它们的平均值，而不是平均各次的比值。应在梯度裁剪和权重衰减之前测量。",
            "McCandlish 等 2018，arXiv:1812.06162，附录 A.1",
        ),
        (
            "B_simple 与 B_noise",
            "各方向曲率相同时两者一致。在神经网络中只有 B_simple 便于测量，它与临界批量可能相差十倍。",
            "McCandlish 等 2018，arXiv:1812.06162，表 1",
        ),
        (
            "Adam",
            "当每一步只取决于梯度的符号时，用 1-范数代替 2-范数。",
            "Naganuma 等 2026，arXiv:2602.03001",
        ),
    ],
};
