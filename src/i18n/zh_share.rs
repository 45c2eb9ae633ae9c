//! 简体中文：分享对话框与嵌入框架。

use super::{Frame, Share};

pub(super) const SHARE: Share = Share {
    title: "分享",
    tabs: ["链接", "嵌入", "引用"],
    copy: "复制",
    copy_lesson: "复制本课链接",
    copy_lesson_help: "发给他人：锁定面板当前的设置和语言，只留出本课要改动的控件，不含你的答案。",
    lesson_locked: "此链接锁定了本课不需要改动的设置。",
    lesson_locked_control: "由本课链接锁定",
    copied: "已复制",
    refused: "浏览器拒绝访问剪贴板。文字已选中，请按 Ctrl+C 或 ⌘C 复制。",
    link: "当前画面的链接",
    link_help: "链接包含全部设置和随机种子，不含结果；打开它的人会看到相同的画面。",
    count: |n| format!("{n} 个字符"),
    too_long: |n| {
        format!(
            "有些程序会截断超过 {n} 个字符的链接。可以改为保存文件：本页的每张表格和图片都带有自己的链接。"
        )
    },
    reproducible: |version| {
        format!(
            "结果无需传送：在版本 {version} 中，相同的设置与种子在任何浏览器里都给出相同的数字。只要核对摘要即可。"
        )
    },
    no_digest: "运行完成后，摘要会显示在这里。",
    runs_stay: "你的测量数据只留在此浏览器中：打开链接时面板里没有这些数据。",
    panel: "面板",
    level: "显示内容",
    levels: ["图表与一个控件", "主要控件与表格", "完整面板"],
    size: "尺寸",
    custom: "其他",
    width: "宽度",
    height: "高度",
    lang: "语言",
    lang_of_reader: "随读者",
    theme_of_reader: "随读者",
    controls: "锁定与隐藏的控件",
    controls_help: "锁定的控件可见但不能更改；隐藏的控件也保持原值。",
    states: ["可用", "锁定", "隐藏"],
    snippet: "放入你的网页的 HTML",
    preview: "预览",
    open_preview: "在新标签页中打开预览",
    frame_title: |panel| format!("Critical Batch：{panel}（可交互）"),
    sandbox: "请不要写 sandbox 属性。如果你的网站会自动添加，allow-scripts allow-same-origin allow-downloads allow-popups 可以保留工作线程、保存功能和通往完整页面的链接。只有 allow-scripts 时，框架在自己的线程上训练，并且本站的服务器必须发送 Access-Control-Allow-Origin: *。",
    grow: "让框架随内容增高",
    grow_help: "此脚本让网页上的每个框架得到它所需要的高度。",
    not_fetched: "无法获取分享对话框：网络或主机没有响应。地址栏中就是当前画面的链接。",
    cite_tool: "本工具",
    cite_sources: "此面板所用公式的来源",
};

pub(super) const FRAME: Frame = Frame {
    reset: "重置",
    open: "在完整页面中打开",
    address: "如果没有打开，是所在网页禁止了。可复制此地址：",
    locked: "由所在网页设定",
    save_elsewhere: "在新标签页中保存",
    save_elsewhere_help: "所在网页不允许此框架保存文件；完整页面可以，且设置相同。",
};
