// What a person is told when a film was not read: what was met, why it is refused, what to do.
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import type { ErrorParts } from '../../fleet/errors.ts';
import { problemOf } from '../inference/problem.ts';

export interface Notice {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** Null where the refusal is one sentence: `detail`. */
  readonly parts: ErrorParts | null;
}

/** The API's problem for the same error, laid out for a person. */
export function noticeOf(error: unknown): Notice {
  const { status, code, title, detail } = problemOf(error);
  const parts = isInputError(error) || isTransientError(error) ? error.parts : null;
  return { status, code, title, detail, parts };
}

/** What the script shows when no region answered at all, so that these words too are written here. */
export const noAnswer: Notice = {
  status: 503,
  code: 'no-answer',
  title: 'No answer: please try again',
  detail: '',
  parts: {
    found: 'The film was sent, but no answer came back',
    why: 'The connection or the region that was reading broke off; another region takes over within a minute or two',
    remedy: 'Your film is still chosen below: send it again',
  },
};

export function ProblemNotice({ problem }: { readonly problem: Notice }) {
  const { title, code, parts, detail } = problem;
  return (
    <section class="problem" role="alert" tabindex={-1}>
      <h2>{title}</h2>
      {parts === null ? <p>{detail}</p> : <Parts {...parts} />}
      <p class="hint">
        Code: <code>{code}</code>
      </p>
    </section>
  );
}

const Parts = ({ found, why, remedy }: ErrorParts) => (
  <dl>
    <dt>What happened</dt>
    <dd>{found}.</dd>
    <dt>Why</dt>
    <dd>{why}.</dd>
    <dt>What to do</dt>
    <dd>{remedy}.</dd>
  </dl>
);
