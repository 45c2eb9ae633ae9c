//! 简体中文，扫描面板。

use super::Sweep;

pub(super) const SWEEP: Sweep = Sweep {
    question: "每个批量的最佳学习率在哪里，曲线又在何处弯折？",
    hint: "每一格的每个种子都是此时此地的一次真实训练。",
    run: "运行",
    pause: "暂停",
    resume: "继续",
    cancel: "取消",
    reset: "清空",
    transport: "扫描",
    cost: |columns, runs, seconds| {
        format!("{columns} 个批量，约 {runs} 次训练 ≈ 本机 {seconds} 秒")
    },
    estimating: "正在估算…",
    running: |done, expected, left| format!("{done} / 约 {expected} 次训练 · 还需 {left} 秒"),
    progress: "已完成的训练",
    paused: "已暂停",
    cancelled: "已取消；已完成的保留",
    done: |runs, seconds| format!("完成 · {runs} 次训练，{seconds} 秒"),
    announce_done: "扫描已完成。",
    map_titles: [
        "到达目标的步数，相对于该批量的最佳值",
        "相同样本数时的损失，相对于该批量的最佳值",
        "相同步数时的损失，相对于该批量的最佳值",
    ],
    lr_axis: "学习率 η",
    empty: "请按“运行”。在此之前不会训练。",
    legend_best: "该批量的最佳",
    legend_worst: "×4",
    legend_diverged: "发散",
    legend_missed: "超过 ×4 或未达目标",
    legend_ridge: "最佳学习率及其在种子间的范围",
    legend_anchor: "规则的锚点，可拖动",
    legend_fit: "拟合的最优值",
    map_description: "学习率与批量的图。",
    cell: |batch, lr| format!("B = {batch}，η = {lr}"),
    cell_hint: "点击或按 Enter：在竞赛中打开 · Shift+点击或空格：查看曲线",
    cell_empty: "未运行：不可能是最佳",
    seed: |number| format!("种子 {number}"),
    steps: |steps, examples| format!("{steps} 步，{examples} 个样本"),
    loss: |loss| format!("损失 {loss}"),
    missed: "未达目标",
    started_below: "训练前已达目标",
    abandoned: "超过最佳值 4 倍后放弃",
    diverged: |step| format!("第 {step} 步发散"),
    best_here: "该批量的最佳",
    score_titles: [
        "到达目标的最少步数",
        "相同样本数时的最低损失",
        "相同步数时的最低损失",
    ],
    score_axes: ["步数", "损失", "损失"],
    fitted: "拟合",
    score_description: "每个批量的最好结果。",
    result: "结果",
    critical_names: [
        "B_crit",
        "样本多用 20 % 时的 B",
        "步数比最少值多不超过 10 % 的 B",
        "学习率最大处的 B",
    ],
    value_between: |value, low, high| format!("{value}（{low} … {high}）"),
    inconclusive: "不确定：区间跨度超过 4 倍",
    s_min: "S_min，步",
    e_min: "E_min，样本",
    noise_scale: "B_noise",
    best_lr_limit: "ε_max",
    too_few: |n| {
        format!(
            "无法拟合：至少需要 4 个批量，其最佳学习率在每个种子上都已从两侧夹住；目前有 {n} 个。"
        )
    },
    needs_steps: "临界批量由到达目标的步数得出；请选择该标准来拟合。",
    waiting: "数字随扫描逐步出现。",
    why_two: |critical, noise| {
        format!(
            "临界批量 {critical} 由整次训练所需步数得出，噪声尺度 {noise} 由最佳学习率如何弯折得出。在二次型的起点附近两者一致；训练中噪声增大，学习率又触及稳定性上限，因此这里两者可能相差数倍。"
        )
    },
    slope_below: |slope, batch| format!("B ≤ {batch} 时斜率 {slope}"),
    slope_above: |slope, batch| format!("B ≥ {batch} 时斜率 {slope}"),
    no_slope: "批量太少，无法给出斜率",
    rule_above: |rule, batch, factor| {
        format!("{rule}规则在 B = {batch} 处：为实测最佳的 {factor} 倍")
    },
    rule_below: |rule, batch, factor| {
        format!("{rule}规则在 B = {batch} 处：为实测最佳的 1/{factor}")
    },
    rule_agrees: |rule, batch| format!("{rule}规则在 B = {batch} 处：与实测最佳相差不到 10 %"),
    linear: "线性",
    sqrt: "平方根",
    censored: |n, all| format!("{all} 次搜索中有 {n} 次未达目标；其批量不参与拟合。"),
    target_too_high: |target, loss| {
        format!("目标损失 {target} 不低于训练前的损失，没有步数可计。请选择低于 {loss} 的目标。")
    },
    unbracketed: |batches| format!("最佳学习率位于已运行范围的边缘，不参与拟合：B = {batches}。"),
    edge_low: "最佳学习率位于下边缘。",
    edge_high: "最佳学习率位于上边缘。",
    extend_low: "增加更低的一行",
    extend_high: "增加更高的一行",
    use_in_curves: "在“曲线”中使用此 B_crit",
    open_in_race: "在“竞赛”中打开此格",
    detail_description: "该格各种子的损失。",
    section_what: "测量什么",
    section_grid: "网格",
    protocol: "学习率先按 2 倍间隔，再在最佳值周围按 √2 加密。样本有放回抽取，学习率恒定。步数达到更优者四倍的训练会被放弃。",
    table_caption: "每个批量的最佳学习率",
    column_batch: "B",
    column_lr: "最佳 η（种子间范围）",
    column_score: ["步数", "损失", "损失"],
    column_linear: "线性 ÷ 最佳",
    column_sqrt: "√ ÷ 最佳",
    column_state: "参与拟合",
    state_usable: "是",
    state_edge: "否：位于边缘",
    state_censored: |n| format!("否：{n} 个种子未达目标"),
    digest_help: "由所有格算出的六位数字。打开同一链接的读者得到相同的六位。",
    drop_measured: "移除实测点",
};
