import { currentKey } from "./key";

/** What the service answers; docs/json.md and docs/http.md say what the fields mean. */

export type Outcome = "accept" | "reject" | "inconclusive";

export interface Decision {
  speaker: string;
  decision: Outcome;
  distance: number | null;
  threshold: number | null;
  reason: string;
  speechSeconds: number;
  code: string;
  challenge?: { id: string; digits: string };
}

export interface LiveState {
  seconds: number;
  speechSeconds: number;
  levelDbfs: number | null;
  speech: boolean;
  distance: number | null;
  threshold: number | null;
  windowDistance: number | null;
  decision: Outcome;
  code: string;
  final: boolean;
}

export interface Enrolment {
  files: { file: string; status: "accepted" | "refused" | "alreadyEnrolled"; reason: string; speechSeconds: number }[];
  utterances: number;
  speechSeconds: number;
  progress: number;
  missing: { recordings: number; speechSeconds: number };
  summary: string;
}

export interface EnrolledSpeaker {
  speaker: string;
  utterances: number;
  speechSeconds: number;
  progress: number;
  enrolledAt: string;
}

export interface VoiceMap {
  points: { speaker: string; utterance: number; x: number; y: number }[];
  share: number;
  leftOut: number;
}

export interface Similarity {
  speakers: string[];
  distances: number[][];
  threshold: number;
  leftOut: number;
}

export interface Challenge {
  id: string;
  digits: string;
}

/** The service answered, and did not do what was asked. */
export class Problem extends Error {
  constructor(readonly code: string, detail: string) {
    super(detail);
  }
}

/** The service did not answer. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection to the service was lost.");
  }
}

async function ask<T>(method: string, path: string, body?: BodyInit): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  const key = currentKey();
  if (key !== null) {
    headers.set("Authorization", `Bearer ${key}`);
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(path, { method, headers, body: body ?? null, cache: "no-store" });
    text = await answer.text();
  } catch {
    throw new ConnectionLost();
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Problem("unreadable", `The service answered with status ${answer.status} and no document.`);
  }
  if (!answer.ok) {
    const { code, detail } = document as { code: string; detail: string };
    throw new Problem(code, detail);
  }
  return document as T;
}

const ofSpeaker = (name: string): string => `/v1/speakers/${encodeURIComponent(name)}`;

function form(files: File[], fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const file of files) {
    data.append("file", file, file.name);
  }
  for (const [name, value] of Object.entries(fields)) {
    if (value !== "") {
      data.append(name, value);
    }
  }
  return data;
}

/** Who is enrolled: the first by name; `next` is null where that is everybody. */
export const listSpeakers = (): Promise<{ speakers: EnrolledSpeaker[]; next: string | null }> =>
  ask("GET", "/v1/speakers?limit=500");

export const enrol = (speaker: string, files: File[], consent: string): Promise<Enrolment> =>
  ask("POST", `${ofSpeaker(speaker)}/utterances`, form(files, { consent }));

export const verify = (speaker: string, file: File): Promise<Decision> =>
  ask("POST", `${ofSpeaker(speaker)}/verify`, form([file], {}));

export const remove = (speaker: string): Promise<unknown> => ask("DELETE", ofSpeaker(speaker));

export const readMap = (): Promise<VoiceMap> => ask("GET", "/v1/map");

export const readSimilarity = (): Promise<Similarity> => ask("GET", "/v1/similarity");

export const askForChallenge = (speaker: string): Promise<Challenge> =>
  ask("POST", `/v1/challenges?speaker=${encodeURIComponent(speaker)}`);

/** Throws {@link ConnectionLost} where nobody answers. */
export const checkService = (): Promise<unknown> => ask("GET", "/health/live");

/** Why a web socket was not accepted: browsers do not tell, so the same address is asked as any other. */
export async function explainRefusal(path: string): Promise<Error> {
  try {
    await ask("GET", path);
  } catch (error) {
    if (error instanceof ConnectionLost || (error instanceof Problem && error.code !== "upgradeRequired")) {
      return error;
    }
  }
  return new Problem("noSocket", "The service cannot be reached by a web socket. A proxy in front of it must let them pass.");
}
