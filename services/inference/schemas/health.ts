// What the health routes answer when all is well; otherwise they answer problem details with the same members.
import { Type } from 'typebox';

export const Liveness = Type.Object({ status: Type.Literal('live') });

export const ReadinessSchema = Type.Object({
  status: Type.Literal('ready'),
  region: Type.String(),
  engine: Type.Object({ id: Type.String(), description: Type.String() }),
  models: Type.Array(Type.Object({ name: Type.String(), version: Type.String() })),
  workers: Type.Object({ live: Type.Integer(), wanted: Type.Integer() }),
});
