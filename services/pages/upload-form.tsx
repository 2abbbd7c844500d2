// The form that sends a film: which model, which file. It needs no script.
import type { ServedModel } from '../studies.ts';

export interface UploadFormParts {
  readonly models: readonly ServedModel[];
  /** Null leaves the choice to the person: a film read by the wrong body part's model is worse than one click more. */
  readonly chosen: string | null;
  /** How long a film is kept of which that is agreed; null where nothing is kept. */
  readonly keepDaysMax: number | null;
}

/** `chest-pneumonia` -> `Chest pneumonia`. */
export function modelTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

export function UploadForm({ models, chosen, keepDaysMax }: UploadFormParts) {
  const only = models.length === 1 ? models[0]?.name : null;
  return (
    <form class="upload" method="post" action="/" enctype="multipart/form-data">
      <fieldset class="models">
        <legend>What does the film show?</legend>
        {models.map((model) => (
          <label class="card" key={model.name}>
            <input
              type="radio"
              name="model"
              value={model.name}
              required
              checked={model.name === (chosen ?? only)}
            />
            <span>
              <strong>{modelTitle(model.name)}</strong>
              <span class="hint">{model.expects}</span>
              <span class="hint">Version {model.version}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="file">
        <label for="image">Radiograph</label>
        <input
          id="image"
          name="image"
          type="file"
          accept="image/png,image/jpeg"
          required
          aria-describedby="image-hint"
        />
        <p class="hint" id="image-hint">
          One PNG or JPEG, up to 4000 x 4000 pixels.{' '}
          <span class="needs-script">You can also drop it anywhere on this page.</span>
        </p>
      </div>
      {keepDaysMax === null ? null : <Consent daysMax={keepDaysMax} />}
      <div class="send">
        <button type="submit">Read the film</button>
        <div class="sending needs-script" hidden>
          <progress max={1} aria-label="Upload" />
          <button class="quiet" type="button" data-action="cancel">
            Cancel
          </button>
        </div>
        <p class="send-status" role="status" />
      </div>
    </form>
  );
}

/** Off unless somebody turns it on: for this film and no other. */
function Consent({ daysMax }: { readonly daysMax: number }) {
  return (
    <div class="consent">
      <label>
        <input type="checkbox" name="consent" value="research" aria-describedby="consent-hint" />
        Keep this film so that models can learn from it
      </label>
      <p class="hint" id="consent-hint">
        Only if the patient agrees. Kept are the picture itself, what the model says of it and what
        readers answer, for at most {daysMax} days; not the file, its name, or anything written in
        the file about the patient. Letters inside the picture stay: send none that shows a name.
        You are given a token that removes everything. Without a tick the film is not kept.
      </p>
    </div>
  );
}
