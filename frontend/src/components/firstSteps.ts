/** First steps: the exact commands that make a first tag appear. Pure. */

interface FirstStepsInput {
  /** The name under which this page was reached. */
  readonly hostname: string;
  /** The page's own address. */
  readonly base: string;
  /** The broker's state in words, which names its address. */
  readonly brokerText: string;
  readonly hasBroker: boolean;
  /** The first topic filter that the bridge subscribes to. */
  readonly topic: string;
}

interface Step {
  readonly title: string;
  readonly command: string;
}

const LOCAL_NAMES = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "::1"]);
const EXAMPLE = "line1/temp";

export function firstSteps(place: FirstStepsInput): Step[] {
  const steps: Step[] = [{ title: "curl", command: curl(place.base) }];
  if (place.hasBroker) steps.unshift({ title: "mosquitto_pub", command: mosquittoPub(place) });
  return steps;
}

function mosquittoPub({ hostname, brokerText, topic }: FirstStepsInput): string {
  const broker = /\b(mqtts?|wss?):\/\/(?:[^\s@/]*@)?(\[[^\]\s]*\]|[^\s:/]+)(?::(\d+))?/.exec(brokerText);
  const named = broker?.[2] ?? "localhost";
  const host = (LOCAL_NAMES.has(named) ? hostname : named).replace(/^\[|\]$/g, "");
  const port = broker?.[3] ?? "1883";
  const isMqtt = broker === null || broker[1]!.startsWith("mqtt");
  return `mosquitto_pub -h ${host}${isMqtt && port !== "1883" ? ` -p ${port}` : ""} -t '${exampleTopic(topic)}' -m 21.5`;
}

/** A topic that matches the filter: `plot/#` → `plot/line1/temp`, `a/+/b` → `a/line1/b`. */
function exampleTopic(filter: string): string {
  return filter.replace(/#$/, EXAMPLE).replace(/\+/g, "line1");
}

function curl(base: string): string {
  const address = new URL("api/v1/samples", base);
  return `curl -d '{"tag": "${EXAMPLE}", "value": 21.5, "unit": "°C"}' ${address.origin}${address.pathname}`;
}
