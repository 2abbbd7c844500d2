// The three pages: the form, a reading with the form below it, and a problem with the form below it.
import type { ServedModel } from '../studies.ts';

import { renderPage } from './page.tsx';
import { ProblemNotice, noAnswer } from './problem.tsx';
import type { Notice } from './problem.tsx';
import { Reading } from './reading.tsx';
import type { ReadingParts } from './reading.tsx';
import { UploadForm } from './upload-form.tsx';

interface Frame {
  /** The region that renders the page. */
  readonly region: string;
  /** On offer in the form. */
  readonly models: readonly ServedModel[];
}

export function formPage({ region, models }: Frame): string {
  return renderPage({
    title: 'Read a radiograph',
    region,
    children: (
      <>
        <h1>Read a radiograph</h1>
        <Ask models={models} chosen={null} problem={null} />
      </>
    ),
  });
}

export function readingPage({ region, models }: Frame, parts: ReadingParts): string {
  return renderPage({
    title: 'Reading',
    region,
    children: (
      <>
        <Reading {...parts} />
        <section class="next" aria-labelledby="next-title">
          <h2 id="next-title">Read another radiograph</h2>
          <Ask models={models} chosen={parts.reading.model} problem={null} />
        </section>
      </>
    ),
  });
}

export function problemPage({ region, models }: Frame, problem: Notice): string {
  return renderPage({
    title: problem.title,
    region,
    children: (
      <>
        <h1>Read a radiograph</h1>
        <Ask models={models} chosen={null} problem={problem} />
      </>
    ),
  });
}

/** The script puts problems where the server does, above the form, which then still holds the film. */
function Ask(props: {
  readonly models: readonly ServedModel[];
  readonly chosen: string | null;
  readonly problem: Notice | null;
}) {
  const { models, chosen, problem } = props;
  return (
    <>
      <div id="problem">{problem === null ? null : <ProblemNotice problem={problem} />}</div>
      <UploadForm models={models} chosen={chosen} />
      <template id="no-answer">
        <ProblemNotice problem={noAnswer} />
      </template>
    </>
  );
}
