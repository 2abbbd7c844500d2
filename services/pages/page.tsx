// The frame of every page: disclaimer, who answers, main content; whole without scripts.
import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';

import { disclaimer } from '../../fleet/study.ts';

export interface PageParts {
  readonly title: string;
  /** The region that rendered this page. */
  readonly region: string;
  /** Whether people are asked for consent. */
  readonly keepsFilms: boolean;
  readonly children: ComponentChildren;
}

export const renderPage = (parts: PageParts) => `<!doctype html>${render(<Page {...parts} />)}`;

function Page({ title, region, keepsFilms, children }: PageParts) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Evenkeel`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/pages.css" />
        <script type="module" src="/assets/viewer.js" />
        <script type="module" src="/assets/answers.js" />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <div class="disclaimer" role="note" aria-label="Not for diagnosis">
          <strong>{disclaimer}</strong>
        </div>
        <header class="top">
          <a class="name" href="/">
            <img src="/assets/icon.svg" alt="" width="28" height="28" />
            Evenkeel
          </a>
          <AnswerStrip region={region} />
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <footer>
          <p>
            Films are held in memory while they are read, and not kept
            {keepsFilms ? ' unless you agree (' : null}
            {keepsFilms ? <a href="/withdraw">withdraw</a> : null}
            {keepsFilms ? ')' : null}. This page came from {region}.
          </p>
        </footer>
      </body>
    </html>
  );
}

/** Without scripts it names the region of this page; the script then keeps asking and draws every answer. */
function AnswerStrip({ region }: { readonly region: string }) {
  return (
    <section class="answers" aria-label="Which region answers">
      <p class="answers-now" role="status">
        <span>Answering now:</span> <strong>{region}</strong>
      </p>
      <ol class="answers-ticks needs-script" aria-hidden="true" />
      <ul class="answers-key needs-script" aria-label="Key to the marks" />
      <button class="answers-pause needs-script" type="button">
        Pause
      </button>
    </section>
  );
}
