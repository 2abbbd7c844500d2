// The queue over a lake: who is in it, in which order, and what several versions and several readers make of it.
import { expect, test } from '@jest/globals';
import type { Shown } from '../../../models/learn/opinions.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { giveFeedback } from '../../../services/learning/feedback.ts';
import { contribute } from '../../../services/learning/lake.ts';
import { learningQueue } from '../../../services/learning/learning-queue.ts';

function scene() {
  const store = memoryObjectStore(() => 0);
  const options = { store, nowMs: () => 0, daysMax: 30, filmsMax: 100 };
  const studyOf = (byte: number, version: string) =>
    `${version.replaceAll('.', '')}${String(byte).padStart(3, '0')}`.padStart(64, '0');
  const give = async (byte: number, probability: number, more: object = {}) => {
    const reading = {
      model: 'knee',
      version: '1.0.0',
      label: 'finding',
      logit: 0,
      probability,
      decision: 'unsure' as const,
      features: Float32Array.of(byte, 0),
      ...more,
    };
    const study = studyOf(byte, reading.version);
    const kept = await contribute(options, {
      film: Uint8Array.of(byte),
      reading: { ...reading, study },
    });
    if (!kept.kept) throw new Error(kept.reason);
    return { film: kept.film, study };
  };
  const say = (study: string, shows: Shown) =>
    giveFeedback(options, study, { opinion: 'relabel', shows });
  const queue = (count: number, votesMin = 1) =>
    learningQueue(store, { model: 'knee', count, votesMin, filmsMax: 100 });
  return { give, say, queue };
}

test('an empty lake has an empty queue', async () => {
  const { queue } = scene();
  expect((await queue(5)).ask).toEqual([]);
});

test('films that are disputed are asked about again, unreadable ones are not', async () => {
  const { give, say, queue } = scene();
  const disputed = await give(1, 0.9);
  const unreadable = await give(2, 0.5);
  const labelled = await give(3, 0.5);
  const fresh = await give(4, 0.6);
  await say(disputed.study, 'present');
  await say(disputed.study, 'absent');
  await say(unreadable.study, 'unreadable');
  await say(labelled.study, 'absent');
  const { ask, films } = await queue(5);
  expect(films).toEqual({ unasked: 1, unresolved: 1, labelled: 1, unreadable: 1 });
  // Of the two, the disputed one is farther from the film that has a label.
  expect(ask.map(({ film, opinions }) => [film, opinions])).toEqual([
    [disputed.film, 2],
    [fresh.film, 0],
  ]);
});

test('where two voices are asked for, one leaves a film in the queue', async () => {
  const { give, say, queue } = scene();
  const { study } = await give(1, 0.5);
  await say(study, 'present');
  expect((await queue(5, 2)).films).toMatchObject({ unresolved: 1, labelled: 0 });
  await say(study, 'present');
  expect((await queue(5, 2)).films).toMatchObject({ unresolved: 0, labelled: 1 });
});

test('the latest version speaks for a film: 1.10.0 is later than 1.9.0', async () => {
  const { give, queue } = scene();
  await give(1, 0.5, { version: '1.9.0' });
  await give(1, 0.8, { version: '1.10.0' });
  await give(2, 0.7, { version: '1.9.0' });
  const { ask } = await queue(5);
  expect(ask.map(({ version, probability }) => [version, probability])).toEqual([
    ['1.9.0', 0.7],
    ['1.10.0', 0.8],
  ]);
});

test('features of different versions are not compared, whatever their length', async () => {
  const { give, queue } = scene();
  await give(1, 0.5);
  await give(2, 0.51, { version: '2.0.0', features: Float32Array.of(1, 2, 3) });
  await give(3, 0.52, { version: '2.1.0', features: null });
  expect((await queue(3)).ask).toHaveLength(3);
});

test('films of another model are no business of this one', async () => {
  const { give, queue } = scene();
  await give(1, 0.5, { model: 'chest' });
  expect((await queue(5)).films.unasked).toBe(0);
});
