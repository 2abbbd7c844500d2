// A calibrated probability on the model's own scale: where it falls, where the model abstains, where it decides.
import type { ComponentChildren } from 'preact';

export interface Scale {
  readonly threshold: number;
  readonly unsure: { readonly low: number; readonly high: number };
}

/** A calibrated model is never certain: what would round to 0 or 1 is written as a bound. */
function probabilityText(probability: number): string {
  if (probability < 0.005) return 'below 0.01';
  return probability >= 0.995 ? 'above 0.99' : probability.toFixed(2);
}

const percent = (fraction: number) => `${(Math.min(1, Math.max(0, fraction)) * 100).toFixed(2)}%`;

/** Text beside a tick grows away from the nearer end, so that it never leaves the picture. */
function anchorAt(fraction: number): 'start' | 'middle' | 'end' {
  if (fraction < 0.2) return 'start';
  return fraction > 0.8 ? 'end' : 'middle';
}

const barTop = 30;
const barHeight = 16;
const barBottom = barTop + barHeight;

function Zones({ unsure }: Scale) {
  const { low, high } = unsure;
  return (
    <>
      <rect class="zone-normal" x="0" y={barTop} width={percent(low)} height={barHeight} />
      <rect
        class="zone-unsure"
        x={percent(low)}
        y={barTop}
        width={percent(high - low)}
        height={barHeight}
      />
      <rect
        class="zone-abnormal"
        x={percent(high)}
        y={barTop}
        width={percent(1 - high)}
        height={barHeight}
      />
    </>
  );
}

/** Not `<meter>`: browsers paint a high value green, whatever it is the value of. Percentages keep the text's size at any width. */
export function ProbabilityScale(props: {
  readonly probability: number;
  readonly label: string;
  /** Null when the model's manifest is no longer the one that read the film: then no zones are drawn. */
  readonly scale: Scale | null;
}) {
  const { probability, label, scale } = props;
  const text = probabilityText(probability);
  return (
    <div class="scale">
      <svg
        role="img"
        width="100%"
        height="84"
        aria-label={`Calibrated probability of ${label}: ${text}, on a scale from 0 to 1`}
      >
        <text
          class="scale-value"
          x={percent(probability)}
          y="14"
          text-anchor={anchorAt(probability)}
        >
          {text}
        </text>
        <svg x={percent(probability)} y="18" overflow="visible">
          <path class="scale-pointer" d="M-7 0H7L0 11Z" />
        </svg>
        <rect class="scale-bar" x="0" y={barTop} width="100%" height={barHeight} />
        {scale === null ? null : <Zones {...scale} />}
        <text class="scale-end" x="0" y={barBottom + 15} text-anchor="start">
          0
        </text>
        <text class="scale-end" x="100%" y={barBottom + 15} text-anchor="end">
          1
        </text>
        {scale === null ? null : (
          <>
            <line
              class="scale-threshold"
              x1={percent(scale.threshold)}
              x2={percent(scale.threshold)}
              y1={barTop - 3}
              y2={barBottom + 18}
            />
            <text
              class="scale-end"
              x={percent(scale.threshold)}
              y={barBottom + 32}
              text-anchor={anchorAt(scale.threshold)}
            >
              threshold {probabilityText(scale.threshold)}
            </text>
          </>
        )}
      </svg>
      {scale === null ? null : <ScaleKey {...scale} />}
    </div>
  );
}

function ScaleKey({ unsure }: Scale) {
  const low = probabilityText(unsure.low);
  const high = probabilityText(unsure.high);
  return (
    <ul class="scale-key">
      <Zone name="normal">normal: under {low}</Zone>
      <Zone name="unsure">
        unsure: {low} to {high}
      </Zone>
      <Zone name="abnormal">abnormal: over {high}</Zone>
    </ul>
  );
}

function Zone({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <svg class="swatch" width="16" height="16" aria-hidden="true">
        <rect class={`zone-${name}`} width="16" height="16" />
      </svg>
      {children}
    </li>
  );
}
