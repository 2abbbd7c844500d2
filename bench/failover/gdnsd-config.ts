// The peer's configuration: one zone, one name with every region's address, each polled over HTTP.
import type { GdnsdThresholds } from './gdnsd-rule.ts';

export interface GdnsdConfig {
  /** Where it keeps its control socket and state; one folder for each instance. */
  readonly directory: string;
  readonly listenAddress: string;
  readonly listenPort: number;
  readonly zone: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly checkPort: number;
  readonly thresholds: GdnsdThresholds;
}

/** `interval` takes whole seconds, and `timeout` too, which must be less: so nothing quicker than 2 s and 1 s can be said. */
export const gdnsdIntervalMsMin = 2_000;

const seconds = (ms: number) => {
  if (!Number.isInteger(ms / 1_000)) throw new Error(`gdnsd takes whole seconds, not ${ms} ms`);
  return ms / 1_000;
};

export function gdnsdConfigText(config: GdnsdConfig): string {
  const { intervalMs, timeoutMs, upThresh, okThresh, downThresh } = config.thresholds;
  if (timeoutMs >= intervalMs)
    throw new Error('gdnsd wants a timeout that is less than the interval');
  return `options => {
  listen => [ ${config.listenAddress}:${config.listenPort} ]
  run_dir => ${config.directory}/run
  state_dir => ${config.directory}/state
}
service_types => {
  readiness => {
    plugin => http_status
    port => ${config.checkPort}
    url_path => /readyz
    vhost => api.${config.zone}
    interval => ${seconds(intervalMs)}
    timeout => ${seconds(timeoutMs)}
    up_thresh => ${upThresh}
    ok_thresh => ${okThresh}
    down_thresh => ${downThresh}
  }
}
plugins => {
  multifo => {
    regions => {
      service_types => readiness
${Object.entries(config.addresses)
  .map(([region, address]) => `      ${region} => ${address}`)
  .join('\n')}
    }
  }
}
`;
}

/** TTL 60 s as in production; the plugin halves it while an address is down. */
export const gdnsdZoneText = ({ zone, listenAddress }: GdnsdConfig): string =>
  `@ SOA ns.${zone}. hostmaster.${zone}. ( 1 7200 1800 259200 900 )
@ NS ns.${zone}.
ns A ${listenAddress}
api 60 DYNA multifo!regions
`;
