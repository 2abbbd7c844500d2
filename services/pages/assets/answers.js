// Draws who answers: asks every two seconds and adds one mark for each answer, or for none.

const pollEveryMs = 2000;
const pollDeadlineMs = 3000;
const ticksMax = 30;
/** As many as the style sheet has marks for; regions beyond share them. */
const marksMax = 3;

/** @param {string} selector @returns {any} */
const find = (selector) => document.querySelector(selector);

/** @type {string[]} */
const regions = [];
let timer = 0;

/** The same mark for a region as long as the page is open: letter, colour and shape. @param {string} region */
function markOf(region) {
  if (!regions.includes(region)) {
    regions.push(region);
    const entry = document.createElement('li');
    entry.append(tick(region), ` ${region}`);
    find('.answers-key').append(entry);
  }
  return regions.indexOf(region) % marksMax;
}

/** @param {string | null} region null: nobody answered */
function tick(region) {
  const mark = document.createElement('span');
  mark.className = region === null ? 'tick tick-none' : `tick tick-${markOf(region)}`;
  // The place tells more than the cloud: aws-paris and azure-frankfurt would both be A.
  mark.textContent =
    region === null ? '\u2715' : (region.split('-').at(-1) ?? '').charAt(0).toUpperCase();
  mark.title = region ?? 'no answer';
  return mark;
}

/** @param {string | null} region */
function show(region) {
  const ticks = find('.answers-ticks');
  const entry = document.createElement('li');
  entry.append(tick(region));
  ticks.append(entry);
  while (ticks.children.length > ticksMax) ticks.firstElementChild.remove();
  const now = find('.answers-now strong');
  const text = region ?? 'nobody';
  // Rewritten only when it changes: a status is read aloud each time.
  if (now.textContent !== text) now.textContent = text;
}

async function poll() {
  try {
    const response = await fetch('/livez', {
      cache: 'no-store',
      signal: AbortSignal.timeout(pollDeadlineMs),
    });
    show(response.ok ? response.headers.get('x-evenkeel-region') : null);
  } catch {
    // Refused, cut off or too slow: nobody answered.
    show(null);
  }
}

function run() {
  timer = window.setTimeout(() => {
    void (document.hidden ? Promise.resolve() : poll()).then(() => (timer === 0 ? null : run()));
  }, pollEveryMs);
}

find('.answers-pause').addEventListener('click', () => {
  const paused = timer === 0;
  find('.answers-pause').textContent = paused ? 'Pause' : 'Continue';
  if (paused) {
    run();
    return;
  }
  window.clearTimeout(timer);
  timer = 0;
});

run();
