import { testEverySecondScenario } from "./scenario-halves.ts";

testEverySecondScenario(0);
