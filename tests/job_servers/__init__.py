"""Servers on loopback that answer as AWX and Semaphore do, by the recorded descriptions of their APIs (README.md)."""
