// Where the pipelines keep what: the roles of stacks/constructs/pipelines/ are granted by these same first segments.

/** A picture that a client has put, to be read in a batch. */
export const uploadKey = (owner: string, id: string): string => `batch/${owner}/${id}`;

export interface JobPlace {
  readonly owner: string;
  readonly id: string;
}

/** What was found in one picture; the file name ends apart from any id, which may hold dots. */
export const findingKey = ({ owner, id: job }: JobPlace, id: string): string =>
  `results/${owner}/${job}/findings/${id}.json`;

export const summaryKey = ({ owner, id: job }: JobPlace): string =>
  `results/${owner}/${job}/summary.json`;

/** Everything a recipe is trained on, laid out as in a data folder. */
export const datasetPrefix = (recipe: string): string => `datasets/${recipe}/`;

/** A bundle that waits for the gate. */
export const candidatePrefix = (model: string, version: string): string =>
  `candidates/${model}/${version}/`;
