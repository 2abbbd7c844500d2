// What an alert is, and the rules file that Prometheus reads.

export interface Alert {
  /** Unique; what the pager shows. */
  readonly name: string;
  /** `page` wakes somebody: users are hurt, or will be by the next failure. `ticket` waits for the morning. */
  readonly severity: 'page' | 'ticket';
  /** PromQL: the alert is pending while it yields anything. */
  readonly expr: string;
  /** How long it must hold, in Prometheus's spelling. */
  readonly holds: string;
  /** May name labels of the result, as `{{ $labels.region }}`. */
  readonly summary: string;
  readonly remedy: string;
}

/** JSON, which is YAML too, and which cannot be indented wrongly. */
export const rulesFile = (groups: Readonly<Record<string, readonly Alert[]>>): string =>
  `${JSON.stringify(
    {
      groups: Object.entries(groups).map(([name, alerts]) => ({
        name,
        rules: alerts.map(ruleOf),
      })),
    },
    null,
    2,
  )}\n`;

const ruleOf = ({ name, severity, expr, holds, summary, remedy }: Alert) => ({
  alert: name,
  expr,
  for: holds,
  labels: { severity },
  annotations: { summary, remedy },
});
