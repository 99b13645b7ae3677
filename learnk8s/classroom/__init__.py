"""Classes: a teacher, students who join by a code, and how far each has come."""
