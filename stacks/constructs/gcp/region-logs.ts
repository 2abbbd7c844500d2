// A region's logs on Google Cloud, kept for as long as the estate says, where Google's own bucket would drop them after 30 days.
import type { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { LoggingProjectBucketConfig } from '@cdktf/provider-google/lib/logging-project-bucket-config/index.js';
import { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink/index.js';
import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import type { EncryptionKey } from './encryption-key.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly project: DataGoogleProject;
  readonly key: EncryptionKey;
}

/** What a log bucket of Google's can be told. */
const retentionDaysMax = 3_650;

export class RegionLogs extends Construct {
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, region, project } = props;
    const { auditRetentionDays, logRetentionDays, protectsData } = fleet.estate;
    // Who read or wrote which object; names of objects are digests, so no patient stands in them.
    if (isFirstOnGoogle(fleet, region))
      new ProjectIamAuditConfig(this, 'object-access', {
        project: project.projectId,
        service: 'storage.googleapis.com',
        auditLogConfig: [{ logType: 'DATA_READ' }, { logType: 'DATA_WRITE' }],
      });
    this.keep('audit', {
      filter: auditFilter(region.location),
      retentionDays: auditRetentionDays,
      // For good: a locked bucket outlives even its project's owner's wish, until the last entry expires.
      locked: protectsData,
    });
    this.keep('service', {
      filter: serviceFilter(region.location),
      retentionDays: logRetentionDays,
      locked: false,
    });
  }

  private keep(
    part: string,
    {
      filter,
      retentionDays,
      locked,
    }: { readonly filter: string; readonly retentionDays: number; readonly locked: boolean },
  ): void {
    const { fleet, region, project, key } = this.props;
    const name = nameOf.gcp(fleet, region.id, part);
    const bucket = new LoggingProjectBucketConfig(this, `${part}-bucket`, {
      project: project.projectId,
      location: region.location,
      bucketId: name,
      retentionDays: Math.min(retentionDays, retentionDaysMax),
      locked,
      cmekSettings: { kmsKeyName: key.id },
      dependsOn: [...key.grants],
      lifecycle: { preventDestroy: locked },
    });
    // Within one project a sink needs no permission to write to a log bucket.
    new LoggingProjectSink(this, `${part}-sink`, {
      name,
      destination: `logging.googleapis.com/${bucket.id}`,
      filter,
      uniqueWriterIdentity: true,
    });
  }
}

/** The project has one such setting, so the first of its regions holds it for all. */
const isFirstOnGoogle = ({ regions }: Fleet, { id }: Region) =>
  regions.find(({ cloud }) => cloud === 'gcp')?.id === id;

const auditFilter = (location: string) =>
  [
    'log_id("cloudaudit.googleapis.com/activity")',
    'log_id("cloudaudit.googleapis.com/policy")',
    `(log_id("cloudaudit.googleapis.com/data_access") AND resource.type="gcs_bucket" AND resource.labels.location="${location}")`,
  ].join(' OR ');

const serviceFilter = (location: string) =>
  [
    `(resource.type="gce_instance" AND resource.labels.zone:"${location}-")`,
    `(resource.type="http_external_regional_lb_rule" AND resource.labels.region="${location}")`,
    `(resource.type="gce_instance_group" AND resource.labels.location:"${location}")`,
  ].join(' OR ');
