// The authority of a deployed environment: made once, and what it issues is what controllers take.
import { expect, test } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { readCredentials } from '../../failover/adapters/credentials.ts';
import { initAuthority, issueFrom } from '../../local/authority-folder.ts';
import { production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

const hourMs = 3_600_000;
const jane = { identity: { role: 'operator', name: 'jane' }, names: [], forMs: hourMs } as const;

test('it is made once: a second one in its place is refused, and the first stays', () =>
  withFolder(async (folder) => {
    const own = join(folder, 'authority');
    const file = await initAuthority(own, production, Date.now());
    const before = readFileSync(file, 'utf8');
    await expect(initAuthority(own, production, Date.now())).rejects.toThrow(/holds an authority/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(statSync(join(own, 'authority.key.pem')).mode & 0o777).toBe(0o600);
  }));

test('what it issues is taken by controllers, holds as long as was asked, and has the name it is reached by', () =>
  withFolder(async (folder) => {
    const nowMs = Date.now();
    await initAuthority(folder, production, nowMs);
    const issue = {
      identity: { role: 'vantage', name: 'vantage-dublin' },
      names: ['vantage-dublin.vantage.evenkeel.example'],
      forMs: hourMs,
    } as const;
    const { folder: own, bundleFile, endsAt } = await issueFrom(folder, production, issue, nowMs);
    const file = (name: string) => join(own, name);
    const credentials = readCredentials(
      {
        certFile: file('cert.pem'),
        keyFile: file('key.pem'),
        authorityFile: file('authority.pem'),
      },
      production.zone,
    );
    expect(credentials.identity).toEqual(issue.identity);
    expect(Math.abs(credentials.notAfterMs - Date.parse(endsAt))).toBeLessThan(1_000);
    expect(new X509Certificate(credentials.cert).checkHost(issue.names[0])).toBe(issue.names[0]);
    const bundle = readFileSync(bundleFile, 'utf8');
    expect(bundle.match(/-----BEGIN [A-Z ]+-----/g)).toEqual([
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN CERTIFICATE-----',
    ]);
    expect(statSync(bundleFile).mode & 0o777).toBe(0o600);
  }));

test('without an authority, and for a name that cannot stand in a journal, nothing is issued', () =>
  withFolder(async (folder) => {
    await expect(issueFrom(folder, production, jane, Date.now())).rejects.toThrow(/no authority/);
    await initAuthority(folder, production, Date.now());
    const odd = { ...jane, identity: { role: 'operator', name: 'Jane Doe' } } as const;
    await expect(issueFrom(folder, production, odd, Date.now())).rejects.toThrow(/"Jane Doe"/);
  }));
