// Reads what a ChangeResourceRecordSets request would do to the fleet's records, and takes the fence out where told.
import { XMLParser } from 'fast-xml-parser';
import { parseTerm } from '../../../fleet/records.ts';
import type { Batch } from '../../../failover/lab/zone-history.ts';

interface XmlRecordSet {
  readonly Name: string;
  readonly Type: string;
  readonly SetIdentifier?: string;
  readonly Weight?: string;
  readonly ResourceRecords?: { readonly ResourceRecord: readonly { readonly Value: string }[] };
}

interface XmlChange {
  readonly Action: string;
  readonly ResourceRecordSet: XmlRecordSet;
}

interface XmlRequest {
  readonly ChangeResourceRecordSetsRequest?: {
    readonly ChangeBatch: { readonly Changes: { readonly Change: readonly XmlChange[] } };
  };
}

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'Change' || name === 'ResourceRecord',
});

/** Null for any other request. */
export function batchOf(xml: string): Omit<Batch, 'at' | 'accepted' | 'error'> | null {
  const request = (parser.parse(xml) as XmlRequest).ChangeResourceRecordSetsRequest;
  if (request === undefined) return null;
  const changes = request.ChangeBatch.Changes.Change;
  const term = (action: string) => {
    const found = changes.find((c) => c.Action === action && c.ResourceRecordSet.Type === 'TXT');
    return parseTerm((found === undefined ? '' : (valuesOf(found)[0] ?? '')).replaceAll('"', ''));
  };
  const sets = changes.map((change) => change.ResourceRecordSet);
  return {
    from: term('DELETE')?.number ?? null,
    to: (term('CREATE') ?? term('UPSERT'))?.number ?? null,
    by: (term('CREATE') ?? term('UPSERT'))?.by ?? '',
    weights: Object.fromEntries(
      sets.flatMap(({ SetIdentifier, Weight }) =>
        SetIdentifier === undefined || Weight === undefined
          ? []
          : [[SetIdentifier, Number(Weight)]],
      ),
    ),
    addresses: Object.fromEntries(
      changes
        .filter((change) => change.ResourceRecordSet.Type === 'A' && valuesOf(change).length > 0)
        .map((change) => [
          change.ResourceRecordSet.Name.split('.')[0] ?? '',
          valuesOf(change).toSorted(),
        ]),
    ),
  };
}

const valuesOf = ({ ResourceRecordSet }: XmlChange): readonly string[] =>
  (ResourceRecordSet.ResourceRecords?.ResourceRecord ?? []).map(({ Value }) => Value);

/** The same batch by a controller that does not fence: it writes its term over whatever stands. */
export const withoutFence = (xml: string): string =>
  xml
    .replaceAll(/<Change>(?:(?!<\/Change>).)*<\/Change>/gs, (change) =>
      change.includes('<Action>DELETE</Action>') && change.includes('<Type>TXT</Type>')
        ? ''
        : change,
    )
    .replaceAll('<Action>CREATE</Action>', '<Action>UPSERT</Action>');
