-- The version of each agent, as its newest report says it: who updates the control plane must know which agents are behind.

alter table snapshots add column agent_version text;
