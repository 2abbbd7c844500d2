// A region's logs on Azure: who touched keys, secrets and objects, what the rules at the edge counted, and how the platform fared.
import { LogAnalyticsWorkspaceTable } from '@cdktf/provider-azurerm/lib/log-analytics-workspace-table/index.js';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace/index.js';
import { MonitorDiagnosticSetting } from '@cdktf/provider-azurerm/lib/monitor-diagnostic-setting/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

interface Source {
  readonly resourceId: string;
  /** A group of categories: what the resource logs of access to it, everything, or nothing but metrics. */
  readonly logs: 'audit' | 'allLogs' | null;
  /** Names of categories, which differ from one kind of resource to another. */
  readonly metrics: readonly string[];
  /** Asks for a table of its own where the resource would else use the one that all share; others have no choice, and keep none. */
  readonly wantsOwnTable?: boolean;
}

interface Props {
  readonly place: RegionPlace;
  readonly sources: Readonly<Record<string, Source>>;
}

/** Where the two kinds of access are written, which are kept for longer than the rest. */
const auditTables = ['AZKVAuditLogs', 'StorageBlobLogs'];

/** Beyond 730 days a table takes whole years only, up to twelve. */
const yearsInDays = [1_095, 1_460, 1_826, 2_191, 2_556, 2_922, 3_288, 3_653, 4_018, 4_383];
const interactiveDaysMax = 730;
const workspaceDaysMin = 30;

export class RegionLogs extends Construct {
  constructor(scope: Construct, id: string, { place, sources }: Props) {
    super(scope, id);
    const { fleet, region } = place;
    const { logRetentionDays, auditRetentionDays, protectsData } = fleet.estate;
    const retentionInDays = interactiveDays(logRetentionDays);
    const workspace = new LogAnalyticsWorkspace(this, 'workspace', {
      name: nameOf.azure(fleet, region.id),
      ...within(place),
      sku: 'PerGB2018',
      retentionInDays,
      localAuthenticationEnabled: false,
      lifecycle: { preventDestroy: protectsData },
    });
    for (const table of auditTables)
      new LogAnalyticsWorkspaceTable(this, table, {
        name: table,
        workspaceId: workspace.id,
        retentionInDays,
        totalRetentionInDays: archiveDays(Math.max(auditRetentionDays, retentionInDays)),
      });
    for (const [name, source] of Object.entries(sources)) this.collect(name, source, workspace.id);
  }

  private collect(
    name: string,
    { resourceId, logs, metrics, wantsOwnTable = false }: Source,
    logAnalyticsWorkspaceId: string,
  ): void {
    new MonitorDiagnosticSetting(this, name, {
      name,
      targetResourceId: resourceId,
      logAnalyticsWorkspaceId,
      ...(wantsOwnTable ? { logAnalyticsDestinationType: 'Dedicated' } : {}),
      enabledLog: logs === null ? [] : [{ categoryGroup: logs }],
      enabledMetric: metrics.map((category) => ({ category })),
    });
  }
}

const interactiveDays = (days: number) =>
  Math.min(Math.max(days, workspaceDaysMin), interactiveDaysMax);

/** The shortest time that Azure offers and that is long enough. */
const archiveDays = (days: number): number =>
  days <= interactiveDaysMax
    ? days
    : (yearsInDays.find((offered) => offered >= days) ?? Math.max(...yearsInDays));
