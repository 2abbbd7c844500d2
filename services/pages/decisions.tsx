// Decisions in words and shape, never in colour alone: what a person sees first must survive a grey print and any eye.
import type { Decision } from '../../fleet/study.ts';

export const decisionWords: Readonly<Record<Decision, string>> = {
  abnormal: 'LIKELY ABNORMAL',
  normal: 'NORMAL',
  unsure: 'UNSURE: human read',
};

export function decisionMeaning(decision: Decision, label: string): string {
  switch (decision) {
    case 'abnormal':
      return `The model finds signs of ${label}.`;
    case 'normal':
      return `The model finds no signs of ${label}. It looked for nothing else.`;
    case 'unsure':
      return `The model abstains: its probability of ${label} is too close to the threshold.`;
  }
}

/** In its place where the film is the reason. */
export const unfamiliarMeaning =
  'The model abstains: few of the films that it was made for look like this one, so its score may mean little here. An adult\u2019s film given to a model of children\u2019s is an example.';

/** Abnormal is a filled triangle, normal an open ring, unsure a broken diamond with a question mark. */
const shapes = {
  abnormal: (
    <>
      <path d="M16 3 31 29H1Z" fill="currentColor" />
      <path class="mark-cut" d="M16 12v8M16 23.5v2.5" fill="none" stroke-width="3" />
    </>
  ),
  normal: <circle cx="16" cy="16" r="12.5" fill="none" stroke="currentColor" stroke-width="3.5" />,
  unsure: (
    <>
      <path
        d="M16 1.5 30.5 16 16 30.5 1.5 16Z"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
        stroke-dasharray="5 2.5"
      />
      <path
        d="M12.5 13a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M16 21v2.6"
        fill="none"
        stroke="currentColor"
        stroke-width="2.5"
      />
    </>
  ),
};

export function DecisionMark({ decision }: { readonly decision: Decision }) {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      {shapes[decision]}
    </svg>
  );
}
