// Everything in which a controller relies on certificates, wired together: its own, its peers', and those of its callers.
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Fleet, VantageId } from '../fleet/fleet.ts';
import { httpPeers } from './adapters/http-peers.ts';
import type { HttpPeers, PeerAddress } from './adapters/http-peers.ts';
import type { CredentialFiles } from './adapters/credentials.ts';
import { callerAt, doorOptions } from './adapters/mutual-tls.ts';
import { RenewedCredentials } from './adapters/renewed-credentials.ts';
import type { Door } from './api.ts';
import type { JournalEntry, Clock } from './ports.ts';
import type { TrustMetrics } from './trust-metrics.ts';
import { TrustWatch } from './trust-watch.ts';

export interface TrustSettings {
  readonly fleet: Fleet;
  readonly vantage: VantageId;
  readonly peers: readonly PeerAddress[];
  readonly credentials: CredentialFiles;
  readonly clock: Clock;
  readonly metrics: TrustMetrics;
  readonly say: (topic: string, said: string, entry: JournalEntry) => void;
}

export interface Trust {
  readonly peers: HttpPeers;
  readonly door: Door;
  /** Takes over certificate files that were replaced. */
  refresh(): void;
  /** From now on new certificate files are taken over, and refused handshakes counted. Returns how to stop. */
  attend(server: Server): () => void;
}

const lookEveryMs = 5_000;

/** `InputError` 'wrong-certificate'. */
export function trustOf({ fleet, vantage, ...settings }: TrustSettings): Trust {
  const { zone, probe } = fleet;
  const watch = new TrustWatch({ vantage, ...settings });
  let attended: Server | null = null;
  const credentials = new RenewedCredentials({
    files: settings.credentials,
    zone,
    expected: { role: 'vantage', name: vantage },
    onRenewed: (renewed) => {
      attended?.setSecureContext(doorOptions(renewed));
      watch.renewed(renewed.notAfterMs);
    },
    onRefused: (why) => watch.notRenewed(why),
  });
  watch.certificateSeen(vantage, credentials.current.notAfterMs);
  const peers = httpPeers({
    peers: settings.peers,
    zone,
    credentials: () => credentials.current,
    clock: settings.clock,
    timeoutMs: probe.connectTimeoutMs,
    onAsked: (peer, fault) => watch.asked(peer, fault),
    onCertificate: (peer, notAfterMs) => watch.certificateSeen(peer, notAfterMs),
  });
  return {
    peers: { ...peers, faultOf: (peer) => watch.faultOf(peer) },
    door: {
      tls: doorOptions(credentials.current),
      callerOf: ({ raw }) => callerAt(raw.socket as TLSSocket, zone),
      onDenied: (caller, what) => watch.denied(caller, what),
    },
    refresh: () => credentials.refresh(),
    attend: (server) => {
      attended = server;
      server.on('tlsClientError', () => settings.metrics.handshakesRefused.inc());
      const timer = setInterval(() => credentials.refresh(), lookEveryMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
