// Where the pipelines stand and what they use of the region's own stack: the same for each of their parts.
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

/** Every text but the fleet's own may be a Terraform reference. */
export interface PipelinePlace {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly accountId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly keyArn: string;
  readonly uploadsBucket: string;
  readonly modelsBucket: string;
  readonly jobsTable: string;
  readonly jobsTableArn: string;
}

/** The images of the region's repositories that run here. */
export type Image = 'front' | 'batch' | 'training' | 'spark';

/** The name that the region's stack gave the repository. */
export const repositoryOf = ({ fleet, region }: PipelinePlace, image: Image): string =>
  nameOf.aws(fleet, region.id, image);

export const repositoryArn = (place: PipelinePlace, image: Image): string =>
  `arn:aws:ecr:${place.region.location}:${place.accountId}:repository/${repositoryOf(place, image)}`;

export const clusterName = ({ fleet }: PipelinePlace): string => nameOf.aws(fleet, 'pipelines');

/** Folders of the buckets; the programs know them by the same names (services/pipelines/object-keys.ts). */
export const folders = {
  uploads: 'batch',
  results: 'results',
  datasets: 'datasets',
  candidates: 'candidates',
} as const;
