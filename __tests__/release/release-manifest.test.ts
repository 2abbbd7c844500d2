import { expect, test } from '@jest/globals';
import { archiveName, checkedVersion } from '../../release/release-manifest.ts';

test('an archive is named after what it holds', () => {
  expect(archiveName('1.4.0', 'arm64')).toBe('evenkeel-1.4.0-linux-arm64.tar.gz');
});

test.each(['1.4.0', '2026.11.21', '1.4.0-rc.1', '1.4.0+5a1b'])('%s is a version', (version) => {
  expect(checkedVersion(version)).toBe(version);
});

test.each(['', 'v1', '../1', '1..2', '1/2', '1 2', '1;reboot', '1'.repeat(65)])(
  '"%s" is refused as a version',
  (version) => {
    expect(() => checkedVersion(version)).toThrow('is no version');
  },
);
