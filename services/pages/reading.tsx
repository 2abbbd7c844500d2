// A reading as a person sees it: the film with its heat map, the decision in words and shape, the figures behind it.
import type { Finding, Grade } from '../../fleet/study.ts';
import type { ServedModel, StudyAnswer } from '../studies.ts';

import { DecisionMark, decisionMeaning, decisionWords, unfamiliarMeaning } from './decisions.tsx';
import { ProbabilityScale } from './probability-scale.tsx';
import { modelTitle } from './upload-form.tsx';

export interface ReadingParts {
  readonly reading: StudyAnswer;
  /** The film as a PNG. */
  readonly preview: Uint8Array;
  /** The model as this region serves it now. */
  readonly served: ServedModel | null;
}

/** Focusable, so that the shortcut `h` acts only while a person is in the reading (WCAG 2.1.4). */
export function Reading({ reading, preview, served }: ReadingParts) {
  const film = `data:image/png;base64,${Buffer.from(preview).toString('base64')}`;
  // Another version's band is not this reading's band.
  const scale = served?.version === reading.version ? served : null;
  return (
    <article class="reading" tabindex={-1} aria-labelledby="reading-title">
      <h1 id="reading-title">Reading: {modelTitle(reading.model)}</h1>
      {reading.findings.map((finding, index) => (
        <section class="finding" key={finding.label} aria-label={`Finding: ${finding.label}`}>
          <Film film={film} finding={finding} name={`heat-${index}`} />
          <div class="verdict">
            <h2 class={`decision decision-${finding.decision}`}>
              <DecisionMark decision={finding.decision} />
              {decisionWords[finding.decision]}
            </h2>
            <p>
              {finding.unfamiliar
                ? unfamiliarMeaning
                : decisionMeaning(finding.decision, finding.label)}
            </p>
            <h3>Calibrated probability of {finding.label}</h3>
            <ProbabilityScale
              probability={finding.probability}
              label={finding.label}
              scale={scale}
            />
            {finding.grade && <GradeFacts grade={finding.grade} />}
            <Provenance reading={reading} />
          </div>
        </section>
      ))}
    </article>
  );
}

const strengths = [
  { value: 'off', text: 'Off' },
  { value: 'faint', text: 'Faint' },
  { value: 'medium', text: 'Medium' },
  { value: 'strong', text: 'Strong' },
] as const;

/** The strengths are radio buttons that the style sheet reads with `:has`, so that they work without scripts. */
function Film(props: { readonly film: string; readonly finding: Finding; readonly name: string }) {
  const { film, finding, name } = props;
  return (
    <figure class="viewer">
      <div class="film">
        <img class="film-grey" src={film} alt="The uploaded radiograph" />
        <img class="film-heat" src={finding.heatmap} alt={`Heat map for ${finding.label}`} />
      </div>
      <figcaption>
        <fieldset class="strengths">
          <legend>Heat map</legend>
          {strengths.map(({ value, text }) => (
            <label key={value}>
              <input type="radio" name={name} value={value} checked={value === 'medium'} />
              {text}
            </label>
          ))}
          <label class="opacity needs-script">
            Opacity
            <input type="range" min="0" max="100" step="5" value="50" />
          </label>
        </fieldset>
        <p class="hint">
          Colour marks what spoke for {finding.label}. It is coarse, and not an outline of disease.{' '}
          <span class="needs-script">
            Key <kbd>h</kbd> shows and hides it.
          </span>
        </p>
      </figcaption>
    </figure>
  );
}

function GradeFacts({ grade }: { readonly grade: Grade }) {
  return (
    <>
      <h3>Predicted grade: {grade.name}</h3>
      <dl class="facts">
        {grade.probabilities.map(({ name, probability }) => (
          <>
            <dt>{name}</dt>
            <dd>probability {probability.toFixed(2)}</dd>
          </>
        ))}
      </dl>
    </>
  );
}

function Provenance({ reading }: { readonly reading: StudyAnswer }) {
  return (
    <dl class="facts">
      <dt>Model</dt>
      <dd>
        {reading.model}, version {reading.version}
      </dd>
      <dt>Read in region</dt>
      <dd>{reading.region}</dd>
      <dt>Study</dt>
      <dd>
        <code>{reading.study}</code>
      </dd>
      <dt>Note</dt>
      <dd>{reading.disclaimer}</dd>
    </dl>
  );
}
