// Which fleet a drill is held against: the one on this machine, or a deployed one whose controllers take the operator's orders.
import type { Command } from 'commander';
import { InputError } from '../fleet/errors.ts';
import { fleetFor } from '../fleet/environments.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { builtFleet, readDeployment } from '../failover/deployment-file.ts';
import type { DrillSite } from '../local/drills/drill-site.ts';
import { flagBucketOf } from '../stacks/flag-bucket.ts';
import { bucketPole } from './bucket-pole.ts';
import { findFleetBy } from './fleet-commands.ts';

export interface SiteOptions {
  readonly env: string;
  readonly port?: string;
  readonly deployment?: string;
  readonly vantage?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly authority?: string;
}

export const sited = (command: Command): Command =>
  command
    .option('--port <port>', 'which local fleet')
    .option('--env <name>', 'local, qa, preproduction or production', 'local')
    .option('--deployment <file>', 'failover.json of the built fleet (not for local)')
    .option(
      '--vantage <id=url>',
      'a vantage of the built fleet; repeat for each',
      (one: string, all: readonly string[] | undefined) => [...(all ?? []), one],
    )
    .option('--cert <file>', 'the operator’s certificate, in the authority of the vantages')
    .option('--key <file>', 'its key')
    .option('--authority <file>', 'the certificate of that authority');

/** `InputError` 'no-fleet' | 'missing-option' | 'wrong-setting' | 'wrong-deployment'. */
export async function siteFor(options: SiteOptions): Promise<DrillSite> {
  const fleet = fleetFor(options.env);
  if (fleet.environment === 'local') {
    const { localSite } = await import('../local/drills/local-site.ts');
    return localSite(findFleetBy(options));
  }
  const { deployedSite } = await import('../local/drills/deployed-site.ts');
  const file = needed(options, 'deployment');
  const { deployment, route53Endpoint, ca } = builtFleet(fleet, file, readDeployment(file));
  const pole = bucketPole(flagBucketOf(fleet));
  const site = deployedSite({
    fleet,
    deployment,
    vantages: vantageUrls(fleet, options.vantage ?? []),
    operator: {
      certFile: needed(options, 'cert'),
      keyFile: needed(options, 'key'),
      authorityFile: needed(options, 'authority'),
    },
    pole,
    route53Endpoint,
    dnsServer: null,
    ca,
  });
  return {
    ...site,
    close: async () => {
      pole.close();
      await site.close();
    },
  };
}

function needed(options: SiteOptions, name: 'deployment' | 'cert' | 'key' | 'authority'): string {
  const value = options[name];
  if (value !== undefined) return value;
  throw new InputError('missing-option', {
    found: `--${name} is missing`,
    why: 'A deployed fleet is found through its failover.json, and its vantages take orders from whoever proves who he is',
    remedy: 'Name --deployment, --cert, --key, --authority, and --vantage id=url for each vantage',
  });
}

function vantageUrls(
  { vantages }: Fleet,
  texts: readonly string[],
): Readonly<Record<string, string>> {
  const urls = Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
  const wrong = vantages.filter(({ id }) => !urls[id]?.startsWith('https:'));
  if (wrong.length === 0 && Object.keys(urls).length === vantages.length) return urls;
  throw new InputError('missing-option', {
    found: `--vantage names ${Object.keys(urls).join(', ') || 'nobody'}`,
    why: 'Every vantage is asked what it sees, over TLS in which both prove who they are',
    remedy: `Write one --vantage id=https://host:5500 for each of: ${vantages.map(({ id }) => id).join(', ')}`,
  });
}
