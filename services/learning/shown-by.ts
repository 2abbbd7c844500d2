// What a film shows by an opinion, where opinion, reading and grade may each say it and must not contradict each other. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Opinion, Shown } from '../../models/learn/opinions.ts';
import type { LakeReading } from './lake-records.ts';

export interface Said {
  readonly opinion: Opinion;
  /** With "relabel" only. */
  readonly shows?: Shown | undefined;
  /** One of the model's names. */
  readonly grade?: string | undefined;
}

type Judged = Pick<LakeReading, 'decision' | 'grade' | 'model'>;

/** Null where it names nothing, as agreeing with "unsure" does. `InputError` 'wrong-feedback' | 'wrong-grade'. */
export function shownBy(said: Said, reading: Judged): Shown | null {
  const graded = said.grade === undefined ? null : shownByGrade(said.grade, reading);
  const told = shownByOpinion(said, reading);
  if (told === null || graded === null || told === graded) return told ?? graded;
  throw new InputError('wrong-feedback', {
    found: `The opinion says "${told}" and the grade ${said.grade} says "${graded}"`,
    why: `${findingGrades(reading)} and more are the finding, so that both cannot be meant`,
    remedy: 'Send the opinion that goes with the grade, or "relabel" with "grade" alone',
  });
}

function shownByOpinion({ opinion, shows, grade }: Said, { decision }: Judged): Shown | null {
  if (opinion === 'relabel' && shows === undefined && grade === undefined)
    throw new InputError('wrong-feedback', {
      found: 'The opinion is "relabel", and neither "shows" nor "grade" is given',
      why: 'Who relabels says what the film shows',
      remedy: 'Send "shows" together with "relabel", or "grade" where the model gives grades',
    });
  if (opinion !== 'relabel' && shows !== undefined)
    throw new InputError('wrong-feedback', {
      found: `The opinion is "${opinion}" and "shows" is given as well`,
      why: 'Only who relabels says what the film shows; who agrees or disagrees has said it with that',
      remedy: 'Send "shows" together with "relabel", and only then',
    });
  if (opinion === 'relabel') return shows ?? null;
  if (decision === 'unsure') return null;
  return (decision === 'abnormal') === (opinion === 'agree') ? 'present' : 'absent';
}

function shownByGrade(grade: string, { grade: given, model }: Judged): Shown {
  if (given === undefined)
    throw new InputError('wrong-grade', {
      found: `"grade" is given, and this reading of ${model} has none`,
      why: 'Only grades of the scale that the model uses can be compared with its own',
      remedy: 'Leave "grade" out',
    });
  const number = given.names.indexOf(grade);
  if (number === -1)
    throw new InputError('wrong-grade', {
      found: `"${grade}" is none of the grades of ${model}`,
      why: 'Only grades of the scale that the model uses can be compared with its own',
      remedy: `Send one of ${given.names.map((name) => `"${name}"`).join(', ')}`,
    });
  return number >= given.findingFrom ? 'present' : 'absent';
}

const findingGrades = ({ grade }: Judged): string => grade?.names[grade.findingFrom] ?? 'The grade';
