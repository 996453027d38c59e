// What a front end does: list, filter, page to the end, follow the stream. The test suite compiles and runs it.
// node dist/example.js http://127.0.0.1:8000 [KEY]
import { createClient } from "./src/client";
import {
  correctAttackReport,
  createArticle,
  getArticleCitation,
  listAttackReports,
  listArticles,
  listRelatedEntities,
  streamChanges,
  undoCorrection,
} from "./src/sdk.gen";
import type { AttackReport, Change } from "./src/types.gen";

declare const process: { argv: string[]; exit(code: number): never };
const [, , baseUrl, key] = process.argv;
if (!baseUrl || !key) throw new Error("usage: example URL KEY");
const client = createClient({ baseUrl, auth: key });

async function drones(): Promise<AttackReport[]> {
  const { data, error } = await listAttackReports({ client, query: { weapon: "drone", from: "2025-03-01" } });
  if (!data) throw new Error(error.detail ?? error.title);
  return data.items;
}

async function everyArticle(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await listArticles({ client, query: { limit: 1, cursor }, throwOnError: true });
    ids.push(...data.items.map((article) => article.id));
    cursor = data.next ?? undefined;
  } while (cursor);
  return ids;
}

async function cited(report: AttackReport): Promise<string | null> {
  const words = report.figures[0];
  if (!words) throw new Error("no figures");
  const { data } = await getArticleCitation({
    client,
    path: { article_id: report.article.id },
    query: { start: words.start ?? undefined, end: words.end ?? undefined, revision: report.revision },
    throwOnError: true,
  });
  return data.text;
}

async function peopleBeside(report: AttackReport): Promise<string[]> {
  const place = report.places[0]?.id;
  if (!place) throw new Error("no place");
  const { data } = await listRelatedEntities({ client, path: { entity_id: place }, query: { kind: "person" }, throwOnError: true });
  return data.items.map((one) => one.entity.name);
}

async function nextChange(): Promise<Change> {
  const { stream } = await streamChanges({ client, query: { since: 3 } });
  for await (const change of stream) {
    if (change) return change;
  }
  throw new Error("the stream ended");
}

async function main(): Promise<void> {
  const reports = await drones();
  const first = reports[0];
  if (!first) throw new Error("no drones");
  const launched = first.figures.find((figure) => figure.metric === "launched");
  const [ids, words, beside] = [await everyArticle(), await cited(first), await peopleBeside(first)];
  const refused = await listAttackReports({ client, query: { limit: 0 } });
  const coming = nextChange();
  await createArticle({ client, body: { text: "Nothing burned on this day either.", published_at: "2025-03-04" }, throwOnError: true });
  const change = await coming;
  const { data: corrected } = await correctAttackReport({
    client,
    path: { report_id: first.id },
    body: { reason: "fifteen, says the printed page", figures: [{ id: launched?.id ?? "", low: 15, high: 15 }] },
    throwOnError: true,
  });
  const made = corrected.corrections?.[0];
  if (!made) throw new Error("not corrected");
  await undoCorrection({ client, path: { correction_id: made.id }, query: { reason: "a misprint" }, throwOnError: true });
  console.log(JSON.stringify({ reports: reports.length, launched: launched?.low, cited: words, beside, ids, refused: refused.error?.status, change, low: made.before.figures?.[0]?.low, high: corrected.figures[0]?.high }));
  process.exit(0); // the stream would go on
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
