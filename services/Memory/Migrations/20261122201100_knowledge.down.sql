DROP TABLE public.graph_relationships;
DROP TABLE public.graph_nodes;
DROP TABLE public.knowledge_rules;
DROP TABLE public.knowledge_facts;
DROP TABLE public.episodic_memory;
DROP TABLE public.entity_relationships;
DROP TABLE public.entities;
