//! 简体中文.

use super::*;
use crate::params::defs::ParamId as P;
use crate::train::spec::ConfigField as C;

const fn t(label: &'static str, help: &'static str, unit: &'static str) -> ParamText {
    ParamText { label, help, unit }
}

fn param(id: P) -> ParamText {
    match id {
        P::Family => t(
            "优化器",
            "SGD 包括普通与带动量的 SGD；Adam 代表 Adam、AdamW 与 RMSprop，它们的步长不随梯度大小增长。",
            "",
        ),
        P::BaseBatch => t(
            "基准批量 B₀",
            "已经可用的配方的批量大小，所有规则都从这里出发。",
            "样本",
        ),
        P::BaseLr => t(
            "基准学习率 η₀",
            "在基准批量下可用的学习率。它的误差会传给每条规则。",
            "",
        ),
        P::Batch => t(
            "目标批量 B",
            "想要的批量大小：每个优化器步的样本数，包括所有设备与累积步。",
            "样本",
        ),
        P::CriticalBatch => t(
            "临界批量 B_crit",
            "从这里起，批量加倍不再使步数减半。此处也代表最优曲线公式中的噪声尺度。",
            "样本",
        ),
        P::CriticalKnown => t(
            "B_crit",
            "如果未知，最优曲线变成该值四分之一到四倍的区间带。",
            "",
        ),
        P::YAxis => t("纵轴", "学习率本身，或它与基准学习率、参考曲线之比。", ""),
        P::Spacing => t(
            "坐标轴",
            "在对数坐标上规则是直线：斜率 1 为线性，斜率 ½ 为平方根。",
            "",
        ),
        P::HiddenCurves => t("曲线", "显示哪些曲线。", ""),
        P::Alpha => t(
            "指数 α",
            "McCandlish 的指数：SGD 为 1，Adam 在 ½ 与 1 之间。½ 是只看梯度符号的极限。",
            "",
        ),
        P::Beta1 => t("β₁", "Adam 的梯度均值的衰减系数。", ""),
        P::Beta2 => t("β₂", "Adam 的梯度平方均值的衰减系数。", ""),
        P::Eps => t("ε", "在偏差校正之后加到分母上，与 PyTorch 相同。", ""),
        P::SurgeDims => t("参数个数 d", "符号模型中相同坐标的个数。", ""),
        P::SurgeSignal => t("信号 μ/σ", "单个坐标的梯度均值除以其在样本间的标准差。", ""),
        P::SurgeCorrelation => t(
            "曲率耦合 ρ",
            "非对角曲率除以对角曲率。有耦合时，最优值过峰后下降。",
            "",
        ),
        P::Task => t(
            "任务",
            "训练什么。手写数字是真实数据；后两个任务有精确答案可供对照。",
            "",
        ),
        P::Hidden => t("隐藏单元", "每个隐藏层的单元数。", ""),
        P::Activation => t("激活函数", "层与层之间的非线性函数。", ""),
        P::Dims => t("维数 d", "参数个数。", ""),
        P::NoiseStd => t("标签噪声 σ", "回归目标上噪声的标准差。", ""),
        P::Optimizer => t("优化器", "定义与 PyTorch 完全一致，并与之对照测试。", ""),
        P::Momentum => t(
            "动量 μ",
            "缓冲区以此系数累加过去的梯度；等效学习率为 η/(1 − μ)。",
            "",
        ),
        P::Dampening => t("阻尼", "动量从每个新梯度中略去的比例（第一步除外）。", ""),
        P::WeightDecay => t("权重衰减 λ", "加到梯度上；AdamW 则直接从权重中减去。", ""),
        P::RmsAlpha => t("平滑系数 α", "梯度平方均值的衰减系数。", ""),
        P::Centered => t("中心化", "减去梯度均值的平方。", ""),
        P::Sampling => t(
            "批次抽取方式",
            "不放回时每轮每个样本恰好出现一次，每轮重新打乱。一个批次可跨两轮，因此 B 从不改变。",
            "",
        ),
        P::NoiseScale => t(
            "理论赛道的噪声尺度",
            "最优公式中的 B_noise。先运行一次，再采用测得的值。",
            "样本",
        ),
        P::Lanes => t(
            "赛道",
            "基准赛道以 B₀、η₀ 训练；其余赛道以 B 和各自规则的学习率训练。",
            "",
        ),
        P::CustomLr => t(
            "自定学习率",
            "你自己的赛道的学习率。运行中可以修改，图上会标出位置。",
            "",
        ),
        P::WarmupKind => t(
            "预热",
            "缩放后的赛道如何起步：从 η₀ 逐渐升到其学习率，或先用 η₀ 再一次跳升。",
            "",
        ),
        P::WarmupExamples => t("预热长度", "到达完整学习率之前的样本数。", "样本"),
        P::DecayKind => t(
            "衰减",
            "学习率之后如何下降：余弦降到零，或在预算的 ⅓、⅔、8⁄9 处各降为十分之一。",
            "",
        ),
        P::Budget => t("预算", "每条赛道可处理的样本数。", "样本"),
        P::Target => t(
            "目标损失",
            "整个训练集上的损失降到此值即为到达。可拖动图中的横线。",
            "",
        ),
        P::StopAtTarget => t("到达即停", "赛道到达目标就结束，而不是用完预算。", ""),
        P::Seeds => t(
            "种子数",
            "每条赛道的运行次数。取 3 或 5 时，图中显示中位数与范围。",
            "",
        ),
        P::Seed => t(
            "种子",
            "所有随机性的根源。同一链接在每个浏览器中给出相同的数字。",
            "",
        ),
        P::Speed => t("速度", "慢放可看清起步；最快即设备所能。", ""),
        P::XAxis => t(
            "横轴",
            "样本数显示数据的代价，步数显示等待的代价，时间则是两者在你的机器上的结果。",
            "",
        ),
        P::LossAxis => t("对数横轴", "展开训练的开头。", ""),
        P::Latency => t("单步最短时间", "无论批量多小，一步至少需要这么久。", "毫秒"),
        P::SweepMetric => t(
            "何为最好",
            "不同标准答案不同。到达目标的步数最少可显示临界批量；相同样本数后的损失偏向小批量，相同步数后的损失偏向大批量。",
            "",
        ),
        P::SweepTarget => t(
            "目标损失",
            "对一次训练最后四分之一步数取平均的完整训练损失，降到此值即算到达。",
            "",
        ),
        P::SweepBudget => t(
            "预算",
            "超过这么多样本仍未到达即算未达；大批量至少可走 1000 步。",
            "样本",
        ),
        P::SweepSteps => t("步数", "每次训练的步数。", "步"),
        P::SweepSeeds => t(
            "每格种子数",
            "每个种子有自己的初始权重与批次，对所有学习率相同。",
            "",
        ),
        P::LargestBatch => t("最大批量", "批量为 1、2、4 … 直到此值。", ""),
        P::LrRange => t(
            "学习率范围",
            "自动：跟随最好的学习率；固定：到边界为止。",
            "",
        ),
        P::LowestLr => t("最低", "取最近的 2 的幂。", ""),
        P::HighestLr => t("最高", "取最近的 2 的幂。", ""),
        P::Definition => t(
            "临界批量的定义",
            "各作者定义不同。在拟合曲线下，每种都是 B_crit 的固定倍数。",
            "",
        ),
        P::Throughput => t("吞吐量", "机器满负荷时每秒处理的样本数。", "样本/秒"),
        P::LabBatch => super::zh_noise::BATCH,
        P::LabNoise => super::zh_noise::NOISE,
        P::LabRatio => super::zh_noise::RATIO,
        P::LabX => super::zh_noise::X,
        P::LabY => super::zh_noise::Y,
        P::LabFollow => super::zh_noise::FOLLOW,
        P::LabLr => super::zh_noise::LR,
        P::LabSamples => super::zh_noise::SAMPLES,
        P::LabSmall => super::zh_noise::SMALL,
        P::LabBig => super::zh_noise::BIG,
        P::LabRounds => super::zh_noise::ROUNDS,
        P::DigitsOptimizer => super::zh_noise::OPTIMIZER,
        P::DigitsLr => super::zh_noise::DIGITS_LR,
        P::DigitsPart => super::zh_noise::PART,
        P::DigitsParts => super::zh_noise::PARTS,
        P::DigitsSteps => super::zh_noise::STEPS,
        P::RunsOptimizer => super::zh_runs::OPTIMIZER,
        P::AskedBatch => super::zh_runs::ASKED_BATCH,
        P::Recipe
        | P::CalcTab
        | P::RecipeOptimizer
        | P::RecipeBatch
        | P::RecipeLr
        | P::RecipeUnit
        | P::RecipeWarmup
        | P::RecipeLength
        | P::LengthUnit
        | P::RecipeDecayKind
        | P::HasData
        | P::DataSize
        | P::RecipeMomentum
        | P::RecipeDampening
        | P::RecipeBeta1
        | P::RecipeBeta2
        | P::RecipeEps
        | P::RecipeDecay
        | P::TotalBatch
        | P::MicroBatch
        | P::Devices
        | P::Nodes
        | P::AccumSteps
        | P::Locked
        | P::Reduction
        | P::DividesLoss
        | P::Uneven
        | P::BatchNorm
        | P::CriticalKnowledge
        | P::ExportRule
        | P::CriticalLow
        | P::CriticalHigh
        | P::LlmParams
        | P::LlmTokens
        | P::LlmBaseTokens
        | P::LlmCompute
        | P::LlmLoss => super::zh_calc::param(id),
    }
}

fn choice(id: P, i: usize) -> &'static str {
    let names: &[&str] = match id {
        P::Family => &["SGD", "Adam"],
        P::CriticalKnown => &["未知", "已知"],
        P::YAxis => &["η", "η ÷ 基准", "η ÷ 参考"],
        P::Spacing => &["对数", "线性"],
        P::Task => &[
            "手写数字：1797 张真实图像",
            "双螺旋",
            "线性回归",
            "带噪二次型",
        ],
        P::Activation => &["ReLU", "tanh"],
        P::Optimizer => &["SGD", "动量", "Nesterov", "RMSprop", "Adam", "AdamW"],
        P::Sampling => &["有放回", "不放回"],
        P::WarmupKind => &["无", "逐渐", "恒定"],
        P::DecayKind => &["无", "余弦", "阶梯"],
        P::Seeds | P::SweepSeeds => &["1", "3", "5"],
        P::SweepMetric => &[
            "到达目标损失的步数最少",
            "相同样本数时损失最低",
            "相同步数时损失最低",
        ],
        P::LrRange => &["自动", "固定范围"],
        P::LargestBatch => crate::params::race::LARGEST_BATCHES,
        P::Definition => &[
            "步数为最少的两倍（McCandlish 2018）",
            "样本多用 20 %（Zhang 2024）",
            "步数在最少值的 10 % 以内",
            "Adam 学习率的峰值（Li 2024）",
        ],
        P::DigitsOptimizer => super::zh_noise::OPTIMIZERS,
        P::RunsOptimizer => super::zh_runs::OPTIMIZERS,
        P::Speed => &["慢放", "×10", "最快"],
        P::XAxis => &["样本数", "步数", "时间"],
        P::StopAtTarget | P::Centered | P::LossAxis => &["关", "开"],
        P::HiddenCurves => ZH.curves.rules.as_slice(),
        P::Lanes => ZH.race.lanes.as_slice(),
        _ => super::zh_calc::choices(id),
    };
    names.get(i).copied().unwrap_or("")
}

fn above(factor: &str, is_above: bool) -> String {
    if is_above {
        format!("的 {factor} 倍")
    } else {
        format!("的 1/{factor}")
    }
}

pub(super) static ZH: Strings = Strings {
    tag: "zh-Hans",
    grouping: Grouping::None,
    colon: "：",
    param,
    choice,
    shell: Shell {
        tagline: "学习率 × 批量大小",
        skip_to_content: "跳到正文",
        panels: ["曲线", "竞赛", "扫描", "噪声", "计算器", "你的训练", "关于"],
        navigation: "面板",
        learn: "学习",
        article: "文章",
        other_language: "EN",
        switch_language: "切换到英文",
        theme: "主题",
        themes: ["自动", "浅色", "深色"],
        copy_failed: "浏览器拒绝访问剪贴板。文本已选中，请用键盘或菜单复制。",
        keys: "按键",
        keys_title: "键盘操作",
        key_list: &[
            ("空格", "运行或暂停训练"),
            (".", "走一步"),
            ("Shift + .", "走 25 步"),
            ("E", "运行到底"),
            ("R", "重置"),
            ("C", "取消扫描或测量"),
            ("1 … 7", "切换面板"),
            ("T", "表格"),
            ("S", "分享"),
            ("L", "语言"),
            ("D", "主题"),
            ("← →", "沿选中的图表移动，或移动选中的手柄"),
            ("Esc", "关闭，或撤销拖动"),
        ],
        keys_off: "启用单键操作",
        close: "关闭",
        footer: "一切都在你的浏览器中计算，不向任何地方发送数据。",
        sources: "来源与许可",
        open_saved: "打开已保存的文件",
        open_saved_help: "打开本页保存的 JSON、CSV 或 SVG 文件，恢复全部设置；也可直接拖入页面。",
        fetching: "正在获取此面板…",
        not_fetched: "无法获取此面板：网络或主机没有响应。已打开的内容仍可使用。",
        fetch_again: "重试",
        reload: "重新加载",
        offline: [
            "",
            "可离线使用",
            "当前无网络，本页功能不受影响",
            "新版本已就绪：关闭本站的所有标签页后重新打开即可使用",
        ],
    },
    control: Control {
        less: |label| format!("减小：{label}"),
        more: |label| format!("增大：{label}"),
        help: |label| format!("什么是{label}？"),
        slider: |label| format!("{label}，滑块"),
        invalid: |text, min, max| format!("“{text}”不是 {min} 到 {max} 之间的数。"),
        invalid_integer: |text, min, max| format!("“{text}”不是 {min} 到 {max} 之间的整数。"),
        times_base: |value, ratio| format!("{value}，为基准的 {ratio} 倍"),
        advanced: "更多设置",
        reset: "重置",
    },
    chart: Chart {
        table: "表格",
        hide_table: "收起表格",
        png: "PNG",
        svg: "SVG",
        csv: "CSV",
        json: "JSON",
        download: "下载",
        legend: "显示或隐藏曲线",
        batch_axis: "批量大小 B（样本数）",
        keyboard_hint: "方向键沿图表移动。",
    },
    curves: Curves {
        question: "改变批量大小，学习率应该怎么变？",
        hint: "拖动图中的基准 ■、目标 ▼ 或临界批量 ┆。",
        chart_title: "学习率与批量大小",
        chart_title_over_base: "学习率 ÷ 基准学习率，随批量大小变化",
        chart_title_over_reference: "学习率 ÷ 参考值，随批量大小变化",
        rules: [
            "不缩放",
            "平方根",
            "线性",
            "噪声尺度最优",
            "符号模型（surge）",
        ],
        short_rules: ["不变", "√", "线性", "最优", "surge"],
        theory_adam: |alpha| format!("Adam 最优，α = {alpha}"),
        base_label: |batch, lr| format!("基准 {batch}, {lr}"),
        critical_label: |batch| format!("B_crit {batch}"),
        critical_handle: "临界批量",
        target_handle: "目标批量",
        base_batch_handle: "基准批量",
        base_lr_handle: "基准学习率",
        meets_again: "√ 再次吻合",
        meets_again_at: |batch| format!("平方根在 {batch} 处再次与最优曲线相交。"),
        leaves_band: |batch| format!("自 {batch} 起线性偏高 10 %"),
        slope: |value| format!("斜率 {value}"),
        table_caption: "各规则在目标批量处的学习率",
        column_rule: "规则",
        column_lr: |batch| format!("{batch} 处的 η"),
        column_ratio: "÷ 最优",
        column_ratio_adam: "÷ √ 规则",
        column_verdict: "与之相比",
        agrees: "10 % 以内",
        too_small: "偏小",
        overshoots: "过冲",
        reference: "参考",
        sentence: |batch, linear, linear_above, sqrt, sqrt_above| {
            format!(
                "在 {batch} 处，线性规则是噪声尺度最优值{}，平方根规则是它{}。",
                above(linear, linear_above),
                above(sqrt, sqrt_above)
            )
        },
        sentence_adam: |batch, linear, linear_above, theory, theory_above| {
            format!(
                "在 {batch} 处，线性规则是平方根规则{}，会饱和的最优曲线是它{}。",
                above(linear, linear_above),
                above(theory, theory_above)
            )
        },
        no_change: "没有变化：目标与基准批量相同，所有规则一致。",
        shrinking: "你在减小批量；规则反向适用。",
        base_above_critical: "基准已高于临界批量：从这里起最优曲线几乎是平的。",
        unknown_band: "B_crit 未知：区间带是该值四分之一到四倍时的最优曲线，比值为范围。",
        illustrative: "示意",
        unknown: "未知",
        cost_title: "这个批量的代价",
        cost_summary: |steps, examples| format!("步数 ×{steps}，样本数 ×{examples}"),
        steps: "步数",
        examples: "样本数",
        both_double: "B_crit 处为 ×2",
        zones: ["几乎免费", "权衡", "大多浪费"],
        cost_axis: "批量大小 B",
        presets: "已发表的配方",
        presets_help: "设定基准批量与目标批量；来源给出临界批量时也一并设定。",
        preset_choose: "选择配方…",
        preset_names: [
            "ImageNet 256 → 512",
            "ImageNet 256 → 8192",
            "Transformer 4096 → 8192",
            "初始画面",
        ],
        preset_notes: [
            "ResNet-50，Goyal 等 2017：η = 0.1 · B/256。这里线性缩放是安全的；ImageNet 的临界批量测得训练早期为 1000，末期为 15000。",
            "ResNet-50，Goyal 等 2017：线性缩放到 3.2 并逐渐预热，错误率 23.74 %，而批量 256 时为 23.60 %；平方根 26.22 %；不缩放 41.67 %。",
            "来自文章《学习率和BatchSize的关系》：按平方根，1e-4 变为 1.4e-4。文中没有说明批量是词元数还是序列数，也没有给出临界批量。",
            "示意数值。",
        ],
        why: "为什么是这些曲线？假设与来源",
        assumptions: &[
            (
                "不缩放",
                "η 不变。每个样本对权重的推动减小到 B₀/B。",
                "Goyal 等 2017，arXiv:1706.02677，表 2",
            ),
            (
                "线性",
                "η ∝ B。保持每个样本的位移，前提是被合并的几步之间梯度几乎不变，且 B 远小于噪声尺度。",
                "Krizhevsky 2014，arXiv:1404.5997；Goyal 等 2017，arXiv:1706.02677",
            ),
            (
                "平方根",
                "η ∝ √B。保持单步的噪声。对 Adam，在噪声主导梯度且 β₁、β₂、ε 一并缩放时成立。",
                "Krizhevsky 2014；Malladi 等 2022，arXiv:2205.10287",
            ),
            (
                "噪声尺度最优",
                "η = ε_max/(1 + B_noise/B)，经过基准点。二次型上最好的一步：远低于 B_noise 时斜率为 1，恰在该处为 ½，之后变平。它是贪心的，假定曲率固定，不涉及泛化。这里取 B_noise = B_crit；实测值可相差十倍。",
                "McCandlish 等 2018，arXiv:1812.06162，式 2.6",
            ),
            (
                "Adam 最优",
                "同一公式，指数 α 在 ½ 与 1 之间。α = ½ 是只看梯度符号的极限。",
                "McCandlish 等 2018，附录 A.2",
            ),
            (
                "符号模型（surge）",
                "坐标相同、独立、服从高斯分布时，符号更新的精确最优值。曲率有耦合时过峰后下降，否则不下降。",
                "Li 等 2024，arXiv:2405.14578，式 9",
            ),
            (
                "代价",
                "S = S_min(1 + B_crit/B)，E = E_min(1 + B/B_crit)，前提是每个批量都用最好的学习率。",
                "McCandlish 等 2018，式 2.11",
            ),
        ],
        adam_title: "目标批量下的 Adam",
        adam_suggestion: "平方根规则应配合以下数值（κ = B/B₀）：",
        adam_invalid: |kappa, least, most| {
            format!(
                "κ = {kappa} 时规则不适用：κ 须大于 {least}（否则 β₁ 或 β₂ 会变为 1），并小于 {most}（否则会降到 0）。"
            )
        },
        surge_title: "符号模型（surge）",
        surge_help: "画出坐标相同且独立时符号更新的最优值。曲率有耦合时，它过峰后下降。",
        surge_peak: |batch| format!("其最优值在 B = {batch} 处达到峰值，之后下降。"),
        surge_no_peak: "在这些数值下，其最优值不会下降。",
        live: |batch, linear, sqrt, theory| {
            format!("批量 {batch} 处：线性 {linear}，平方根 {sqrt}，最优 {theory}。")
        },
        chart_description: "各规则的学习率随批量大小的变化。",
        cost_description: "达到固定损失所需的步数与样本数（相对各自最小值）随批量大小的变化。",
        column_batch: "批量",
        controls: "数值",
    },
    race: Race {
        question: "如果真的按每条规则训练，谁能到达？",
        hint: "每条赛道是一条缩放规则，此时此地、从相同的初始权重开始训练。",
        lanes: ["基准", "不缩放", "平方根", "线性", "噪声尺度最优", "自定"],
        short_lanes: ["基准", "不变", "√", "线性", "最优", "自定"],
        play: "运行",
        pause: "暂停",
        resume: "继续",
        step: "单步",
        step_many: "×25",
        to_end: "运行到底",
        reset: "重置",
        transport: "播放",
        idle: "就绪",
        running: "运行中",
        paused: "已暂停",
        paused_hidden: "标签页隐藏时已暂停",
        done: |seconds| format!("完成 · {seconds} 秒"),
        starting: "启动中",
        on_page: "此浏览器没有为页面提供工作线程，因此在页面上分小片训练；数字相同。",
        lost: "工作线程意外停止或无法获取。请重置后再运行；相同的种子给出相同的数字。",
        refused: |field, value, min, max| {
            format!("{field} {value} 无法训练：允许范围为 {min} 到 {max}。")
        },
        config_fields: |field| match field {
            C::LearningRate => "学习率",
            C::BatchSize => "批量大小",
            C::Budget => "预算",
            C::TargetLoss => "目标损失",
            C::HiddenUnits => "隐藏单元",
            C::Dimensions => "维数",
            C::NoiseStd => "标签噪声",
            C::Momentum => "动量",
            C::Dampening => "阻尼",
            C::Beta1 => "参数 β₁",
            C::Beta2 => "参数 β₂",
            C::Eps => "参数 ε",
            C::WeightDecay => "权重衰减",
            C::Alpha => "平滑系数 α",
            C::WarmupExamples => "预热长度",
            C::StartLr => "预热起始学习率",
            C::DecayFactor => "衰减倍数",
            C::FinalFraction => "最终比例",
        },
        loss_title: "训练损失",
        loss_title_exact: "期望损失（精确）",
        accuracy_title: "测试准确率",
        norm_title: "梯度范数",
        noise_title: "噪声尺度 B_simple",
        lr_title: "学习率 η(t)",
        loss_note: "整个训练集上的损失。粗线：平滑后；淡线：原样。",
        norm_note: "细线：批次梯度的原始范数，噪声使其增大 √(tr Σ/B)，所以批量越小它越大。粗线：已去除噪声。",
        noise_note: "tr(Σ)/|G|²，对全部训练样本精确计算。它随训练增长。",
        series_test: "测试",
        target_label: |loss| format!("目标损失 {loss}"),
        target_handle: "目标损失",
        custom_handle: "自定学习率",
        budget_handle: "预算",
        diverged_at: |lane, step| format!("{lane}：第 {step} 步发散"),
        axes: ["已处理样本数", "优化器步数", "模拟时间（秒）"],
        column_lane: "赛道",
        column_batch: "B",
        column_lr: "η",
        column_steps: "步数",
        column_examples: "样本数",
        column_loss: "损失",
        column_accuracy: "准确率",
        column_target: |loss| format!("≤ {loss} 时（样本数）"),
        column_status: "状态",
        table_caption: "各赛道的结果",
        status_ready: "就绪",
        status_running: "运行中",
        status_reached: "已到达",
        status_missed: "预算内未到达",
        status_diverged: |step| format!("第 {step} 步发散"),
        status_some: |reached, all| format!("{all} 次中 {reached} 次到达"),
        status_some_diverged: |diverged, all| format!("{all} 次中 {diverged} 次发散"),
        one_seed: "只有一个种子：名次可能是运气，三个种子更可靠。",
        winner: |lane, examples| {
            format!("在每个种子上最先到达目标：{lane}，中位数 {examples} 个样本。")
        },
        no_winner: "没有赛道在每个种子上都最先到达目标。",
        all_diverged: "所有赛道都发散了。",
        quarter_all: "试试四分之一的基准学习率",
        stability: |lane, product, limit| {
            format!("{lane}：η·λ_max = {product} 不低于极限 {limit}，预计不会收敛。")
        },
        batch_above_data: |batch, n| {
            format!("B = {batch} 多于 {n} 个训练样本：每个批次都会重复其中一些。")
        },
        noise_exact: |value| format!("起始时 B_noise = {value}（精确）"),
        noise_measured: |value| format!("本次运行 B_simple ≈ {value}（中位数）"),
        noise_unmeasured: "B_simple：运行时测量",
        use_noise: "采用",
        network: |shape| format!("感知机 {shape}，softmax 交叉熵"),
        digest: "摘要",
        digest_help: "对本次运行所有数字计算的六位摘要。同一链接的读者得到相同的六位。",
        new_seed: "新种子",
        take_from_curves: "从“曲线”取 B₀、η₀ 和 B",
        boundary_title: "决策边界",
        boundary_note: "到目前为止，每条赛道把平面的哪一侧划给哪条螺旋。",
        boundary_lost: "✕ 已发散：其网络不再给出数值。",
        boundary_alt: |lane| format!("{lane}的决策边界"),
        lr_changed: |lr, step| format!("第 {step} 步 η 改为 {lr}"),
        section_lanes: "赛道",
        section_schedule: "日程、预算与种子",
        section_time: "模拟时间",
        empty: "点击“运行”。不点就不会训练。",
        announce_start: "竞赛开始。",
        announce_reached: |lane, examples| format!("{lane}在 {examples} 个样本后到达目标。"),
        announce_diverged: |lane, step| format!("{lane}在第 {step} 步发散。"),
        announce_done: |seconds| format!("竞赛结束，用时 {seconds} 秒。"),
        chart_description: "各赛道训练过程中的损失。",
        no_lanes: "没有启用任何赛道。",
        epochs: |n| format!("{n} 轮"),
        same_batches: "B 相同的赛道看到相同的批次。",
        warmup_label: "预热",
        failed: "已停止",
        steps_done: |n| format!("第 {n} 步"),
        status_refused: "无法训练",
        defaults: "全部恢复默认",
    },
    sweep: super::zh_sweep::SWEEP,
    runs: super::zh_runs::RUNS,
    noise: super::zh_noise::NOISE_PANEL,
    calc: super::zh_calc::CALC,
    share: super::zh_share::SHARE,
    frame: super::zh_share::FRAME,
    code: Code {
        help: "每个文件都注明规则与链接。各种格式、优化器、预热与衰减的文件都已在相应的库中实际运行过（见源码中的 tests/exports）；你的文件只有数值与之不同。两个程序重复本页的训练：数据、权重与批次相同。",
        title: "用于你自己训练的代码",
        format: "格式",
        formats: [
            "本次竞赛的 PyTorch 程序",
            "本次扫描的 Ray Tune 程序",
            "PyTorch，单进程",
            "PyTorch，torchrun（DDP）",
            "Hugging Face TrainingArguments",
            "DeepSpeed JSON",
            "Optax（JAX）",
        ],
        lane: "赛道",
        copy: "复制",
        copied: "代码已复制",
        save: "保存",
        unavailable: "此程序只适用于手写数字任务；请改选该任务或其他格式。",
        fetching: "正在获取此程序…",
        not_fetched: "无法获取此程序：网络或主机没有响应。",
        best_cell: "实测最佳",
    },
    about: About {
        title: "关于 Critical Batch",
        paragraphs: &[
            "学习率与批量大小如何搭配？到处都在引用两条规则：线性与平方根。它们都是同一条曲线的切线，哪一条合适，取决于你相对临界批量大小（critical batch size）的位置。",
            "本页展示公式，让你拖动它们，并在你的浏览器中按每条规则训练真实的网络，这样你就不必只听我们说。",
            "理论、拟合与测量的样子从不相同：线是公式，点是测量。我们从不说该用哪条规则；我们只说哪条规则与哪个模型在多大倍数内一致，并让你自己测量。",
        ],
        sources_title: "来源",
        glossary_title: "术语",
        glossary: &[
            (
                "批量大小（batch size）B",
                "每个优化器步的样本数，包括所有设备与累积步。",
            ),
            ("学习率（learning rate）η", "优化器乘在更新方向上的数。"),
            (
                "缩放规则（scaling rule）",
                "把一个批量下可用的学习率换算到另一个批量的公式。",
            ),
            (
                "临界批量大小（critical batch size）B_crit",
                "更大的批量所节省的时间开始以同等的数据为代价之处：步数为最少的两倍，样本数也为最少的两倍。由步数测得。",
            ),
            (
                "梯度噪声尺度（gradient noise scale）B_noise、B_simple",
                "梯度的噪声与信号相等时的批量大小。由梯度测得。B_simple 忽略曲率。理论上接近临界批量，实际可相差十倍。",
            ),
            ("步（step）", "一次参数更新。"),
            ("轮（epoch）", "遍历训练集一次。"),
            ("学习率预热（warmup）", "以较小的学习率起步。"),
            (
                "发散（diverged）",
                "损失不再是有限数，或持续高于初始值的十倍。",
            ),
        ],
        licence_title: "许可与数据",
        licence: "本程序为自由软件，可任选 MIT 许可证或 Apache 许可证 2.0。",
        data: "手写数字：Optical Recognition of Handwritten Digits，E. Alpaydin 与 C. Kaynak，UCI Machine Learning Repository，doi.org/10.24432/C50P49，CC BY 4.0；取其测试部分的 1797 张图像，仅作打包，未作其他改动。",
        reading: "中文读者可继续阅读苏剑林关于这个问题的系列文章（kexue.fm 10542 及后续）。",
        notices: "下载内容中各组成部分的许可证",
        offline_title: "离线使用",
        offline: "首次访问之后，浏览器会保存整个网站（约两兆字节），没有网络也能打开；浏览器还可以把它安装成应用。已打开的标签页一直使用打开时的版本，直到最后一个标签页关闭为止。页面嵌在其他网页中时不会保存任何内容。",
    },
    notice: NoticeText {
        title: "请注意",
        dismiss: "知道了",
        clamped: |key, given, used, min, max| {
            format!("{key} = {given} 超出 {min} 到 {max}；改用 {used}。")
        },
        unreadable: |key, given| format!("{key} = “{given}”无法读取；使用默认值。"),
        unknown_panel: |given| format!("没有名为“{given}”的面板；这是第一个面板。"),
        other_version: |given| format!("链接版本为 {given}；已读取其中认识的部分。"),
        too_long: "链接过长，末尾已略去。",
        unknown_control: |key, given| format!("{key} = {given}：此面板没有这个控件。"),
        unknown_file: |name| format!("“{name}”不是本页保存的文件，设置未改变。"),
    },
};
