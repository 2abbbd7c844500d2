// The programs of the monitoring host: pinned releases of their makers, by the SHA-256 that they publish.
import type { Architecture } from '../instance-program.ts';

type ToolName = 'prometheus' | 'alertmanager' | 'grafana';

interface Pin {
  readonly version: string;
  /** The folder of the release, where the makers keep it. */
  readonly home: string;
  readonly sha256: Readonly<Record<Architecture, string>>;
}

const pins: Readonly<Record<ToolName, Pin>> = {
  prometheus: {
    version: '3.15.0',
    home: 'https://github.com/prometheus/prometheus/releases/download/v3.15.0',
    sha256: {
      x64: '2a542df32eac02ee17b9d844fb2aa1de00dafa5476579ba8a3ba862e9d572ea0',
      arm64: 'f1f90ec08e849d494ca66c611470afc50192f0355f1a61c33f2cbde02d067823',
    },
  },
  alertmanager: {
    version: '0.30.0',
    home: 'https://github.com/prometheus/alertmanager/releases/download/v0.30.0',
    sha256: {
      x64: '86fd95034e3e17094d6951118c54b396200be22a1c16af787e1f7129ebce8f1f',
      arm64: '061a5ab3998fb8af75192980a559c7bfa3892da55098da839d7a79d94abe0b61',
    },
  },
  grafana: {
    version: '13.2.3',
    home: 'https://dl.grafana.com/oss/release',
    sha256: {
      x64: '6107ad27016296aac38e0d7ffa8753ab540b5541ad27e94790f771289d733235',
      arm64: 'a2a41b960ba4c25e83140484e48813730d3c81891a128439a2a9d2df6eb3840e',
    },
  },
};

/** As their makers name architectures. */
const architectureNames: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

export interface Tool {
  readonly name: ToolName;
  readonly archive: string;
  readonly sha256: string;
  readonly url: string;
}

export const toolsFor = (architecture: Architecture): readonly Tool[] =>
  (['prometheus', 'alertmanager', 'grafana'] as const).map((name) => {
    const { version, home, sha256 } = pins[name];
    const archive = `${name}-${version}.linux-${architectureNames[architecture]}.tar.gz`;
    return { name, archive, sha256: sha256[architecture], url: `${home}/${archive}` };
  });
