// A process of its own that opens one bundle, answers its golden inputs and says how much memory it took at most.
import { loadDraft } from '../bundle/load-bundle.ts';
import { engineIds } from '../engine/engine.ts';
import { resolveEngine } from '../engine/resolve-engine.ts';
import { openReader } from '../reader.ts';

// The gate has verified the signature; here only the same bytes are opened once more.
const [dir = '', preferred] = process.argv.slice(2);
const engine = await resolveEngine(engineIds.find((id) => id === preferred));
const reader = await openReader(await loadDraft(dir), engine);
await reader.close();
process.send?.(process.resourceUsage().maxRSS);
process.disconnect?.();
