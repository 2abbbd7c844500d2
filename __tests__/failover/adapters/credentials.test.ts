// Certificates from files: what is wrong with them is said, and new ones are taken over while the process runs.
import { expect, test } from '@jest/globals';
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsOf, readCredentials } from '../../../failover/adapters/credentials.ts';
import type { CredentialFiles } from '../../../failover/adapters/credentials.ts';
import { RenewedCredentials } from '../../../failover/adapters/renewed-credentials.ts';
import { testAuthority } from '../../support/credentials.ts';
import { withFolder } from '../../support/folder.ts';

const zone = 'evenkeel.example';
const dublin = { role: 'vantage', name: 'vantage-dublin' } as const;
const finland = { role: 'vantage', name: 'vantage-finland' } as const;

test('what was issued is read, with whose it is and when it ends', () =>
  withFolder(async (folder) => {
    const files = await (await testAuthority(folder, zone)).issue(dublin);
    const { identity, notAfterMs } = readCredentials(files, zone);
    expect(identity).toEqual(dublin);
    expect(notAfterMs - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(notAfterMs - Date.now()).toBeGreaterThan(3_500_000);
  }));

test('one that has ended is read: whoever starts with it must be able to say so', () =>
  withFolder(async (folder) => {
    const files = await (await testAuthority(folder, zone)).issue(dublin, { forMs: -5_000 });
    expect(credentialsOf(files, zone, dublin).notAfterMs).toBeLessThan(Date.now());
  }));

test('what does not fit together is refused with the file at fault', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const own = await authority.issue(dublin);
    const other = await authority.issue(finland);
    const strangers = await (await testAuthority(join(folder), zone)).issue(dublin);
    const read = (change: Partial<CredentialFiles>) => () =>
      credentialsOf({ ...own, ...change }, zone, dublin);
    const junk = join(folder, 'junk');
    writeFileSync(junk, 'secret');
    expect(read({})).not.toThrow();
    expect(read({ keyFile: other.keyFile })).toThrow(/is not the key of/);
    expect(read({ authorityFile: strangers.authorityFile })).toThrow(/was not issued by/);
    expect(read({ certFile: other.certFile, keyFile: other.keyFile })).toThrow(
      /belongs to vantage vantage-finland, not to vantage vantage-dublin/,
    );
    expect(read({ keyFile: junk })).toThrow(/junk is not what it should be/);
    expect(read({ keyFile: junk })).not.toThrow(/secret/);
    expect(read({ certFile: join(folder, 'none') })).toThrow(/cannot be read \(ENOENT\)/);
    expect(() => readCredentials(own, 'qa.evenkeel.example')).toThrow(/names nobody of qa/);
    writeFileSync(junk, 'x'.repeat(65_537));
    expect(read({ authorityFile: junk })).toThrow(/more than 65536 bytes/);
  }));

test('while one authority replaces the other, certificates of both are good', () =>
  withFolder(async (folder) => {
    const [old, next] = [await testAuthority(folder, zone), await testAuthority(folder, zone)];
    const files = await next.issue(dublin);
    writeFileSync(files.authorityFile, `${old.caPem}\n${next.caPem}`);
    expect(readCredentials(files, zone).identity).toEqual(dublin);
  }));

test('new files are taken over once they are whole; until then, and when they are wrong, the old ones stand', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const files = await authority.issue(dublin);
    const heard: string[] = [];
    const renewed = new RenewedCredentials({
      files,
      zone,
      expected: dublin,
      onRenewed: () => heard.push('renewed'),
      onRefused: (why) => heard.push(why),
    });
    const first = renewed.current;
    const replace = (from: string, to: string) => {
      copyFileSync(from, `${to}.new`);
      renameSync(`${to}.new`, to);
    };
    renewed.refresh();
    expect(heard).toEqual([]);

    const next = await authority.issue(dublin);
    replace(next.certFile, files.certFile);
    renewed.refresh();
    expect(heard).toEqual([expect.stringMatching(/is not the key of/)]);
    expect(renewed.current).toBe(first);
    replace(next.keyFile, files.keyFile);
    renewed.refresh();
    expect(heard.slice(1)).toEqual(['renewed']);
    expect(renewed.current.cert).not.toBe(first.cert);

    const theirs = await authority.issue(finland);
    replace(theirs.certFile, files.certFile);
    replace(theirs.keyFile, files.keyFile);
    renewed.refresh();
    expect(heard.slice(2)).toEqual([expect.stringMatching(/belongs to vantage vantage-finland/)]);
    rmSync(files.keyFile);
    renewed.refresh();
    expect(renewed.current.identity).toEqual(dublin);
  }));
