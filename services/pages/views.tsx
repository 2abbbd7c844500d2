// The pages: the form, a reading with the form below it, a problem with the form below it, and what follows on a kept film.
import type { ComponentChildren } from 'preact';

import type { ServedModel } from '../studies.ts';

import { renderPage } from './page.tsx';
import { ProblemNotice, noAnswer } from './problem.tsx';
import type { Notice } from './problem.tsx';
import { Reading } from './reading.tsx';
import type { ReadingParts } from './reading.tsx';
import { Research, WithdrawalForm } from './research.tsx';
import { UploadForm } from './upload-form.tsx';

export interface Frame {
  /** The region that renders the page. */
  readonly region: string;
  /** On offer in the form. */
  readonly models: readonly ServedModel[];
  /** As in the upload form. */
  readonly keepDaysMax: number | null;
}

export const formPage = (frame: Frame): string =>
  page(
    frame,
    'Read a radiograph',
    <>
      <h1>Read a radiograph</h1>
      <Ask frame={frame} chosen={null} problem={null} />
    </>,
  );

export interface ReadingPageParts extends ReadingParts {
  readonly feedbackKey: string;
}

export function readingPage(frame: Frame, parts: ReadingPageParts): string {
  const { reading, feedbackKey } = parts;
  const { research } = reading;
  return page(
    frame,
    'Reading',
    <>
      <Reading {...parts} />
      {research === undefined ? null : (
        <Research answer={reading} keeping={research} feedbackKey={feedbackKey} />
      )}
      <section class="next" aria-labelledby="next-title">
        <h2 id="next-title">Read another radiograph</h2>
        <Ask frame={frame} chosen={reading.model} problem={null} />
      </section>
    </>,
  );
}

export const problemPage = (frame: Frame, problem: Notice): string =>
  page(
    frame,
    problem.title,
    <>
      <h1>Read a radiograph</h1>
      <Ask frame={frame} chosen={null} problem={problem} />
    </>,
  );

export const thanksPage = (frame: Frame): string =>
  page(
    frame,
    'Thank you',
    <>
      <h1>Thank you: your opinion is kept with the film</h1>
      <p>
        It changes no reading. A model that learned from it serves only after tests and approval.
      </p>
      <Ask frame={frame} chosen={null} problem={null} />
    </>,
  );

export const withdrawalPage = (frame: Frame): string =>
  page(
    frame,
    'Withdraw consent',
    <>
      <h1>Withdraw consent</h1>
      <p>The token was shown when the film was sent. What it stands for is removed at once.</p>
      <WithdrawalForm token={null} />
    </>,
  );

export const withdrawnPage = (frame: Frame): string =>
  page(
    frame,
    'Consent withdrawn',
    <>
      <h1>The film is removed</h1>
      <p>
        With it went what models and readers said of it. It is not kept again, even if it is sent
        again. A model that has learned from it before keeps what it learned.
      </p>
      <Ask frame={frame} chosen={null} problem={null} />
    </>,
  );

const page = ({ region, keepDaysMax }: Frame, title: string, children: ComponentChildren): string =>
  renderPage({ title, region, keepsFilms: keepDaysMax !== null, children });

/** The script puts problems where the server does, above the form, which then still holds the film. */
function Ask(props: {
  readonly frame: Frame;
  readonly chosen: string | null;
  readonly problem: Notice | null;
}) {
  const { frame, chosen, problem } = props;
  return (
    <>
      <div id="problem">{problem === null ? null : <ProblemNotice problem={problem} />}</div>
      <UploadForm models={frame.models} chosen={chosen} keepDaysMax={frame.keepDaysMax} />
      <template id="no-answer">
        <ProblemNotice problem={noAnswer} />
      </template>
    </>
  );
}
