import { describe, expect, it } from "vitest";

import { firstSteps } from "../../src/components/firstSteps";

describe("first steps", () => {
  const place = {
    hostname: "plant.local",
    base: "http://plant.local:8080/sub/",
    brokerText: "connected to mqtt://localhost:1883 with MQTT 5",
    hasBroker: true,
    topic: "plot/#",
  };

  it("name this host where the broker is on it", () => {
    expect(firstSteps(place).map(({ command }) => command)).toEqual([
      "mosquitto_pub -h plant.local -t 'plot/line1/temp' -m 21.5",
      `curl -d '{"tag": "line1/temp", "value": 21.5, "unit": "°C"}' http://plant.local:8080/sub/api/v1/samples`,
    ]);
  });

  it.each([
    [
      "nothing listens on mqtt://10.0.0.5:1884, trying again",
      "plot/#",
      "mosquitto_pub -h 10.0.0.5 -p 1884 -t 'plot/line1/temp' -m 21.5",
    ],
    ["connected to mqtts://plot@broker.lan", "a/+/b", "mosquitto_pub -h broker.lan -t 'a/line1/b' -m 21.5"],
    ["", "plot/#", "mosquitto_pub -h plant.local -t 'plot/line1/temp' -m 21.5"],
  ])("with a broker said to be %j and topic %s are %j", (brokerText, topic, command) => {
    expect(firstSteps({ ...place, brokerText, topic })[0]!.command).toEqual(command);
  });

  it("without a broker are curl alone", () => {
    expect(firstSteps({ ...place, hasBroker: false }).map(({ title }) => title)).toEqual(["curl"]);
  });
});
