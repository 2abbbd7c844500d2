// What is wrong with a stack's JSON, and where.

export interface Fault {
  /** e.g. `resource.aws_vpc.main.cidr_block`. */
  readonly path: string;
  readonly sentence: string;
}

export const fault = (path: string, sentence: string): Fault => ({ path, sentence });

export const sentenceOf = ({ path, sentence }: Fault): string => `${path}: ${sentence}`;
