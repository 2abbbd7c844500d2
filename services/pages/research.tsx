// What a person meets of the lake: that the film is kept, the token that removes it, and the form for an opinion.
import { roles } from '../learning/lake-records.ts';
import type { Keeping, NotKept, StudyAnswer } from '../studies.ts';

export interface ResearchParts {
  readonly answer: StudyAnswer;
  readonly keeping: Keeping;
  /** Tells two clicks from two opinions. */
  readonly feedbackKey: string;
}

const reasons: Readonly<Record<NotKept, string>> = {
  withdrawn: 'Consent for this film was withdrawn before. That is final.',
  full: 'There is no room for more films at present.',
  'store-unavailable': 'The store of films does not answer. The reading above is not affected.',
};

export function Research({ answer, keeping, feedbackKey }: ResearchParts) {
  if (!keeping.kept)
    return (
      <section class="research" aria-labelledby="research-title">
        <h2 id="research-title">The film was not kept</h2>
        <p>{reasons[keeping.reason]}</p>
      </section>
    );
  const { until, withdrawalToken } = keeping;
  return (
    <section class="research" aria-labelledby="research-title">
      <h2 id="research-title">The film is kept for research</h2>
      <p>
        Until {until} at the latest. With this token, which is shown only now, film, readings and
        opinions are removed at any time:
      </p>
      <p>
        <code>{withdrawalToken}</code>
      </p>
      <WithdrawalForm token={withdrawalToken} />
      <FeedbackForm answer={answer} feedbackKey={feedbackKey} />
    </section>
  );
}

/** Null asks for the token. */
export function WithdrawalForm({ token }: { readonly token: string | null }) {
  return (
    <form class="withdrawal" method="post" action="/withdraw" enctype="multipart/form-data">
      {token === null ? (
        <p>
          <label for="token">Token</label>
          <input id="token" name="token" required autocomplete="off" spellcheck={false} />
        </p>
      ) : (
        <input type="hidden" name="token" value={token} />
      )}
      <button class="quiet" type="submit">
        Withdraw consent and remove the film
      </button>
    </form>
  );
}

type FeedbackParts = Pick<ResearchParts, 'answer' | 'feedbackKey'>;

function FeedbackForm({ answer, feedbackKey }: FeedbackParts) {
  const label = answer.findings[0]?.label ?? 'the finding';
  const grades = answer.findings[0]?.grade?.probabilities ?? [];
  const choices = [
    { value: 'agree', text: 'I agree with the model' },
    { value: 'disagree', text: 'I disagree' },
    { value: 'present', text: `It shows ${label}` },
    { value: 'absent', text: `It does not show ${label}` },
    ...(grades.length > 0 ? [{ value: 'grade', text: 'It shows the grade chosen below' }] : []),
    { value: 'unreadable', text: 'This film cannot be judged' },
  ];
  return (
    <form class="feedback" method="post" action="/feedback" enctype="multipart/form-data">
      <input type="hidden" name="study" value={answer.study} />
      <input type="hidden" name="key" value={feedbackKey} />
      <fieldset>
        <legend>What do you say to this reading?</legend>
        {choices.map(({ value, text }) => (
          <label key={value}>
            <input type="radio" name="opinion" value={value} required />
            {text}
          </label>
        ))}
      </fieldset>
      {grades.length > 0 && (
        <p>
          <label for="grade">The grade, by your reading (if you like)</label>
          <select id="grade" name="grade">
            <option value="">not said</option>
            {grades.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </p>
      )}
      <p>
        <label for="role">You are (if you like)</label>
        <select id="role" name="role">
          <option value="">not said</option>
          {roles.map((role) => (
            <option key={role} value={role}>
              {role}
            </option>
          ))}
        </select>
      </p>
      <button type="submit">Send opinion</button>
    </form>
  );
}
