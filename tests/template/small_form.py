"""A small form as text: one of everything."""

BASE = """\
form: demo
version: "1"
name: 示例表
period: year
unit: 万元
roster:
  department:
    leader: {heading: 负责人}
  projects:
    tab: 项目
    columns:
      code: {heading: 项目编码}
      name: {heading: 项目名称}
sheets:
  main:
    tab: 主表
    widths: [10, 10, 10]
    fields:
      budget: {label: 预算, type: amount}
      spent: {label: 支出, type: amount}
      rate: {label: 支出率, type: percent, computed: spent / budget}
    tables:
      items:
        label: 明细
        spare: 3
        columns:
          name: {label: 名称, type: text}
          amount: {label: 金额, type: amount}
          level: {label: 级别, type: choice, choices: [高, 低], variants: {较高: 高}}
      funds:
        label: 资金
        columns:
          item: {label: 项目, type: label}
          money: {label: 金额, type: amount}
          share: {label: 占比, type: percent, computed: money / funds.total.money}
        rows:
          own: {item: 自有}
          other: {item: 其他, optional: true}
          total: {item: 合计, total_of: [own, other]}
    blocks:
      - title: "{{ period.year }}年示例表"
      - draw:
          - [预算, 支出, 支出率]
          - [budget, spent, rate]
      - table: items
      - table: funds
    checks:
      - id: SUM
        kind: 基本平衡
        name: 预算等于明细
        rule: budget == sum(items.amount)
        message: 预算 {{ budget }}，明细 {{ sum(items.amount) }}。
        remedy: 核对明细。
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    widths: [10, 10]
    fields:
      code: {label: 编码, type: text, fill: "{{ project.code }}", locked: true}
    blocks:
      - draw: [[编码, code]]
"""
