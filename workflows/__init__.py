"""DEFINES: rule profiles as data, their schema, loader and checks. Refuses to know any case."""

from workflows.loader import check, digest_of, load_files, load_profile, read_files, shipped
from workflows.problems import Problem

__all__ = [
    "Problem",
    "check",
    "digest_of",
    "load_files",
    "load_profile",
    "read_files",
    "shipped",
]
