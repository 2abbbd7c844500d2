// What scripts add to the pages: drop a film, watch it being sent, fade the heat map, see who answers. Nothing needs it.

const uploadDeadlineMs = 60_000;

/** @param {string} selector @param {ParentNode} [root] @returns {any} */
const find = (selector, root = document) => root.querySelector(selector);

document.documentElement.classList.add('scripted');

/* Sending a film ------------------------------------------------------------------------------------------------- */

/** @type {XMLHttpRequest | null} */
let sending = null;

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches('.upload')) return;
  event.preventDefault();
  if (sending === null) send(form);
});

/** XMLHttpRequest and not fetch, which cannot tell how much of an upload has left. @param {HTMLFormElement} form */
function send(form) {
  const request = new XMLHttpRequest();
  sending = request;
  showProgress(form, 0);
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    showProgress(form, loaded / total);
  });
  request.addEventListener('load', () => showAnswer(request));
  request.addEventListener('error', () => showProblem(null));
  request.addEventListener('timeout', () => showProblem(null));
  request.addEventListener('loadend', () => {
    sending = null;
    find('.sending', form).hidden = true;
    find('.send-status', form).textContent = '';
    find('[type=submit]', form).removeAttribute('aria-disabled');
  });
  request.open('POST', form.action);
  request.responseType = 'document';
  request.timeout = uploadDeadlineMs;
  request.send(new FormData(form));
}

/** @param {HTMLFormElement} form @param {number} fraction */
function showProgress(form, fraction) {
  const bar = find('progress', form);
  find('.sending', form).hidden = false;
  find('[type=submit]', form).setAttribute('aria-disabled', 'true');
  if (fraction < 1) bar.value = fraction;
  else bar.removeAttribute('value');
  say(form, fraction < 1 ? 'Sending the film' : 'The model is reading the film');
}

/** Written only when it changes: a status that is rewritten is read aloud again. @param {ParentNode} form @param {string} text */
function say(form, text) {
  const status = find('.send-status', form);
  if (status.textContent !== text) status.textContent = text;
}

/** @param {XMLHttpRequest} request */
function showAnswer(request) {
  const page = /** @type {Document | null} */ (request.response);
  const main = page && find('main', page);
  if (request.status !== 200 || !main) {
    showProblem(page && find('.problem', page));
    return;
  }
  find('main').replaceWith(main);
  document.title = page.title;
  history.pushState({ reading: true }, '', location.href);
  const reading = find('.reading');
  reading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** A reading is kept nowhere, so that going back to one or from one leads to the form. */
window.addEventListener('popstate', () => location.replace(location.href));

/** Puts it above the form, which still holds the film. @param {Element | null} notice null: no answer of ours */
function showProblem(notice) {
  const shown = notice ?? find('#no-answer').content.cloneNode(true);
  find('#problem').replaceChildren(shown);
  find('.problem').focus();
}

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.matches('[data-action=cancel]')) sending?.abort();
});

/* Dropping a film ------------------------------------------------------------------------------------------------ */

document.addEventListener('dragover', (event) => {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  document.body.classList.add('dropping');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) document.body.classList.remove('dropping');
});
document.addEventListener('drop', (event) => {
  document.body.classList.remove('dropping');
  const file = event.dataTransfer?.files[0];
  if (file === undefined) return;
  event.preventDefault();
  const one = new DataTransfer();
  one.items.add(file);
  const form = find('.upload');
  find('[type=file]', form).files = one.files;
  // Asks for the model where none is chosen yet; a person's choice stands for the films that follow.
  form.requestSubmit();
});

/* Heat map ------------------------------------------------------------------------------------------------------- */

/** Fades every heat map of the reading. @param {Element} viewer @param {number} percent */
function fade(viewer, percent) {
  find('.film-heat', viewer).style.opacity = String(percent / 100);
  find('[type=range]', viewer).value = String(percent);
}

/** As in the style sheet. */
const strengths = new Map([
  ['off', 0],
  ['faint', 25],
  ['medium', 50],
  ['strong', 75],
]);

document.addEventListener('input', ({ target }) => {
  const control = /** @type {HTMLInputElement} */ (target);
  const viewer = control.closest('.viewer');
  if (viewer === null) return;
  if (control.type === 'radio') {
    fade(viewer, strengths.get(control.value) ?? 0);
    return;
  }
  for (const radio of viewer.querySelectorAll('[type=radio]')) {
    /** @type {HTMLInputElement} */ (radio).checked =
      strengths.get(radio.value) === Number(control.value);
  }
  fade(viewer, Number(control.value));
});

/** `h` acts only while a person is in the reading, so that it takes no letter from anything else (WCAG 2.1.4). */
document.addEventListener('keydown', (event) => {
  if (event.key !== 'h' || event.ctrlKey || event.metaKey || event.altKey) return;
  const reading = /** @type {Element} */ (event.target).closest('.reading');
  for (const viewer of reading?.querySelectorAll('.viewer') ?? []) {
    const hidden = find('.film-heat', viewer).style.opacity === '0';
    find(`[type=radio][value=${hidden ? 'medium' : 'off'}]`, viewer).click();
  }
});
