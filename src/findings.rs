//! What a run tells: KPIs with their units, computed from a trace.
