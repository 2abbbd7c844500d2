// Cases of the alerts on certificates, peers, the control plane and flags.
import { controller, pair, region, series, vantage } from './alert-case.ts';
import type { AlertCase } from './alert-case.ts';

export const trustCases: readonly AlertCase[] = [
  ...pair(
    'CertificateEnds',
    '5m',
    // Prometheus begins these tests at the epoch.
    [
      {
        [series('failover_certificate_ends_timestamp_seconds', { ...controller, holder: 'x' })]:
          '600000x5',
      },
      { holder: 'x' },
    ],
    {
      [series('failover_certificate_ends_timestamp_seconds', { ...controller, holder: 'x' })]:
        '700000x5',
    },
  ),
  ...pair(
    'CertificateEndsTomorrow',
    '5m',
    [
      {
        [series('failover_certificate_ends_timestamp_seconds', { ...controller, holder: 'x' })]:
          '80000x5',
      },
      { holder: 'x' },
    ],
    {
      [series('failover_certificate_ends_timestamp_seconds', { ...controller, holder: 'x' })]:
        '90000x5',
    },
  ),
  ...pair(
    'CertificateRefused',
    '5m',
    [{ [series('failover_certificate_refused', controller)]: '1x5' }, vantage],
    {
      [series('failover_certificate_refused', controller)]: '0 1 0x4',
    },
  ),
  ...pair(
    'PeerNotBelieved',
    '5m',
    [
      {
        [series('failover_peer_faults_total', { ...controller, peer: 'p', why: 'expired' })]:
          '0+60x5',
      },
      { ...vantage, peer: 'p', why: 'expired' },
    ],
    {
      [series('failover_peer_faults_total', { ...controller, peer: 'p', why: 'silent' })]: '0+60x5',
    },
  ),
  ...pair(
    'PeerUnheard',
    '5m',
    [
      { [series('failover_peer_heard', { ...controller, peer: 'p' })]: '0x5' },
      { ...vantage, peer: 'p' },
    ],
    { [series('failover_peer_heard', { ...controller, peer: 'p' })]: '0 1 0 1 0 1' },
  ),
  ...pair(
    'CallersDenied',
    '10m',
    [
      { [series('failover_denied_total', { ...controller, role: 'vantage' })]: '0+1x10' },
      { ...vantage, role: 'vantage' },
    ],
    { [series('failover_denied_total', { ...controller, role: 'vantage' })]: '0 1x9' },
  ),
  ...pair(
    'ControlPlaneLost',
    '5m',
    [{ [series('failover_control_plane_reachable', controller)]: '0x5' }, {}],
    {
      [series('failover_control_plane_reachable', controller)]: '0x5',
      [series('failover_control_plane_reachable', { ...controller, vantage: 'vantage-finland' })]:
        '1x5',
    },
  ),
  ...pair(
    'FlagRaised',
    '5m',
    [{ [series('failover_flag_raised', { ...controller, ...region })]: '1x5' }, region],
    {
      [series('failover_flag_raised', { ...controller, ...region })]: '0x5',
    },
  ),
  ...pair(
    'FlagOverdue',
    '10m',
    [{ [series('failover_flag_overdue', { ...controller, ...region })]: '1x10' }, region],
    {
      [series('failover_flag_overdue', { ...controller, ...region })]: '0x8 1x2',
    },
  ),
];
