// `npm run bench:failover:page`: writes docs/measurements/failover-bench.md from the figures that are kept.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { failoverPage } from './page.ts';

const page = fileURLToPath(new URL('../../docs/measurements/failover-bench.md', import.meta.url));
writeFileSync(page, failoverPage());
